"""The live preview: the real card of the working candidate for a test patient, in a frame of the editor."""

from __future__ import annotations

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from pathways.admin.breakage import problem_in_words
from pathways.admin.desk import Desk, desk_of
from pathways.admin.frame import content_page, person
from pathways.clinic import NoClinic, the_clinic
from pathways.engine.observations import BadFinding
from pathways.engine.records import read_record
from pathways.engine.release import Release


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@require_safe
@content_page()
def preview(request: HttpRequest, version_id: UUID, case_id: str) -> HttpResponse:
    return shown(request, desk_of(version_id, person(request)), case_id)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@require_safe
@content_page()
def preview_choose(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The same for the case that the list beside the frame names."""
    return shown(request, desk_of(version_id, person(request)), request.GET.get("case", ""))


def shown(request: HttpRequest, desk: Desk, case_id: str) -> HttpResponse:
    if case_id not in dict(desk.names.cases()):
        raise Http404("There is no such case.")
    intervention = request.GET.get("intervention", "")
    if intervention not in dict(desk.names.interventions):
        raise Http404("There is no such intervention.")
    release = desk.release
    if not isinstance(release, Release):
        first = problem_in_words(release.problems[0], desk.candidate.document)
        return not_shown(request, "The draft makes no card yet. First solve this:", first)
    try:
        case = release.safeguards.cases[case_id]
        record = read_record(release, case.record)
        page = the_clinic().preview(release, record.observations, record.as_of, intervention=intervention)
    except BadFinding as fault:
        return not_shown(request, "This test patient does not fit the findings of the draft:", str(fault))
    except NoClinic:
        return not_shown(request, "There is no preview here:", "the clinic is not installed.")
    return HttpResponse(page)


def not_shown(request: HttpRequest, reason: str, detail: str) -> HttpResponse:
    return render(request, "admin/pathways/preview_missing.html", {"reason": reason, "detail": detail})
