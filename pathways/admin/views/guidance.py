"""The list of the guidance, and starting to work on a part of it or on a new pathway."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from pathways.admin.forms.pathway_add import PathwayAddForm
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.firings import desk_words
from pathways.admin.presenters.list_page import ANSWERED_DAYS, Said, guidance_page
from pathways.admin.presenters.questions import queue_words
from pathways.clinic import AnswersGiven, NoClinic, the_clinic
from pathways.editing.parts import kind_of
from pathways.firings.standings import changed_rules
from pathways.models import Release
from pathways.permissions import NotAllowed
from pathways.selectors.parts import release_built_on
from pathways.selectors.questions import count_open
from pathways.selectors.versions import PartRow, comments_of, open_version, part_rows
from pathways.services.versions import start_pathway, start_version
from pathways.states import ReviewStatus, VersionState


@require_safe
@content_page()
def guidance(request: HttpRequest) -> HttpResponse:
    rows, today = part_rows(), timezone.localdate()
    release = release_built_on()
    page = guidance_page(
        rows,
        said_of(rows),
        release=release_words(release) if release else "",
        user=person(request),
        today=today,
    )
    shown = {"page": page, "queue": queue_words(*count_open()), "firings": desk_words(changed_rules(today))}
    return render_content(request, "admin/pathways/list.html", shown, title="Guidance")


def release_words(release: Release) -> str:
    is_approved = release.status == ReviewStatus.APPROVED
    return f"Release {release.number}" if is_approved else f"Release {release.number}, not approved, for training only"


def said_of(rows: tuple[PartRow, ...]) -> Said:
    documents = {row.part: row.document for row in rows}
    questions = documents.get("evidence", {}).get("questions") or []
    interventions = documents.get("vocabulary", {}).get("interventions") or []
    return Said(
        comments=Counter({row.part: len(comments_of(row.part)) for row in rows}),
        answers=answers_given(),
        unanswered=frozenset(str(one.get("key")) for one in questions if not one.get("answer")),
        labels={str(one.get("code")): str(one.get("label")) for one in interventions},
    )


def answers_given() -> tuple[AnswersGiven, ...] | None:
    since = timezone.localdate() - timedelta(days=ANSWERED_DAYS)
    try:
        return tuple(the_clinic().answers_given(since))
    except NoClinic:
        return None


@require_POST
@content_page(Permission.EDIT_CONTENT)
def part_start(request: HttpRequest, part: str) -> HttpResponse:
    try:
        kind_of(part)
    except ValueError as error:
        raise Http404(str(error)) from error
    draft = open_version(part)
    if draft is not None and draft.state == VersionState.DRAFT:
        return redirect("admin:pathways_version", draft.pk)  # somebody was faster, or the button was pressed twice
    version = start_version(part, by=person(request))
    messages.success(request, f"Version {version.number} is started. Clinicians see it once it is published.")
    return redirect("admin:pathways_version", version.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def pathway_add(request: HttpRequest) -> HttpResponse:
    form = PathwayAddForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            version = start_pathway(form.cleaned_data["code"], title=form.cleaned_data["title"], by=person(request))
            return redirect("admin:pathways_head", version.pk)
        except NotAllowed as refused:
            form.add_error(None, str(refused))
    status = 422 if form.is_bound else 200
    shown = {"form": form}
    return render_content(request, "admin/pathways/pathway_add.html", shown, title="Add a pathway", status=status)
