"""All cases compared with what is expected, and making a case of a witness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.requests import SignedInRequest
from pathways.admin.breakage import problem_in_words
from pathways.admin.desk import Desk, desk_of
from pathways.admin.editor import Editor
from pathways.admin.forms.base import form_for
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.cases import cases_page
from pathways.admin.presenters.entry_names import shortened
from pathways.admin.views.entry import page
from pathways.editing.entries import CASES, Entry, entries
from pathways.engine.problems import ContentProblems
from pathways.models import CheckRun, Version
from pathways.permissions import check_can_change
from pathways.selectors.checks import get_run
from pathways.selectors.releases import release_in_force
from pathways.selectors.versions import open_version
from pathways.services.versions import start_version
from pathways.states import VersionState

SAFEGUARDS = "safeguards"
MOST_PROBLEMS = 12
NOTHING_IN_FORCE = "nothing"
LONGEST_TITLE = 80  # of a case made of a witness, for the editor to reword


@require_safe
@content_page()
def cases(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Expected, in force and this draft, differences first."""
    desk = desk_of(version_id, person(request))
    safeguards = safeguards_on(desk)
    context: dict[str, Any] = {
        "part_title": f"{desk.title}, version {desk.version.number}",
        "back": reverse("admin:pathways_version", args=[desk.version.pk]),
        "add_href": add_href(desk, safeguards),
    }
    if isinstance(desk.release, ContentProblems):
        context["problems"] = [
            problem_in_words(problem, desk.candidate.document) for problem in desk.release.problems[:MOST_PROBLEMS]
        ]
    else:
        loaded = release_in_force()
        words = str(loaded.record) if loaded else NOTHING_IN_FORCE
        context["page"] = cases_page(desk.release, loaded.engine if loaded else None, safeguards, words)
    return render_content(request, "admin/pathways/cases.html", context, title="Cases")


@csp_replace({"frame-src": [SELF]})
@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def case_from_witness(request: SignedInRequest, run_id: UUID, line: int) -> HttpResponse:
    """POST makes sure that there is a draft for the case; GET opens its form with what is recorded of the witness.

    What should be advised stays open: what is advised now is just what is wrong.
    """
    witness = witness_of(run_found(run_id), line)
    if request.method == "POST":
        draft_of_safeguards(request)
        return redirect("admin:pathways_case_from_witness", run_id, line)
    version = open_version(SAFEGUARDS)
    if version is None:
        raise Http404("No draft of the cases is open. Go back to the check, and use its button.")
    desk = desk_of(version.pk, person(request))
    check_can_change(desk.user, desk.version)
    return page(request, editor_with(desk, case_entry(desk, witness)))


def draft_of_safeguards(request: HttpRequest) -> Version:
    """The draft that is open, or a new one; raises NotAllowed while reviewers have the part."""
    version = open_version(SAFEGUARDS)
    if version is not None and version.state == VersionState.DRAFT:
        check_can_change(person(request), version)
        return version
    return start_version(SAFEGUARDS, by=person(request))


def run_found(run_id: UUID) -> CheckRun:
    run = get_run(run_id)
    if run is None:
        raise Http404("There is no such check.")
    return run


def witness_of(run: CheckRun, line: int) -> Mapping[str, Any]:
    """The case that stands with a line of the report."""
    lines = (run.report or {}).get("lines") or []
    details = lines[line].get("details", {}) if line < len(lines) else {}
    case = (details.get("witness") or {}).get("case")
    if not isinstance(case, Mapping):
        raise Http404("This line of the check has no witness.")
    return case


def case_entry(desk: Desk, witness: Mapping[str, Any]) -> Entry:
    """The record of the witness under a free name, without any expectation."""
    taken = {one.get("id") for one in entries(desk.document, CASES)}
    stem = str(witness.get("id") or "witness")
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return {
        "id": next(name for name in names if name not in taken),
        "title": shortened(f"Witness: {witness.get('title') or ''}", LONGEST_TITLE),
        "as_of": witness.get("as_of"),
        "findings": dict(witness.get("findings") or {}),
    }


def editor_with(desk: Desk, entry: Entry) -> Editor:
    form = form_for(SAFEGUARDS, CASES.name)(None, names=desk.names, entry=entry, is_new=True)
    return Editor(desk, CASES, "", entry, form, is_new=True)


def safeguards_on(desk: Desk) -> Version | None:
    """The version in which the cases stand, as the page compares them."""
    return next((part.version for part in desk.candidate.parts if part.part == SAFEGUARDS), None)


def add_href(desk: Desk, safeguards: Version | None) -> str:
    if safeguards is None or safeguards.state != VersionState.DRAFT or not desk.may_change:
        return ""
    return reverse("admin:pathways_entry_add", args=[safeguards.pk, CASES.name])
