"""Checking the working versions together: starting, watching, cancelling, and reading what was found."""

from __future__ import annotations

import csv
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.checks import check_page, parts_of_run, run_shown
from pathways.admin.presenters.impact import csv_rows
from pathways.models import CheckRun
from pathways.permissions import can_edit
from pathways.selectors.candidates import working_candidate
from pathways.selectors.checks import get_run, impact_of, latest_run
from pathways.services.checks import cancel_check, start_check
from pathways.services.downloads import record_impact_download
from pathways.states import CheckPurpose
from pathways.words import fingerprint


def run_found(run_id: UUID) -> CheckRun:
    run = get_run(run_id)
    if run is None:
        raise Http404("There is no such check.")
    return run


@require_http_methods(["GET", "HEAD", "POST"])
@content_page()
def check(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        start_check(CheckPurpose.WORKING, by=person(request))
        return redirect("admin:pathways_check")
    page = check_page(working_candidate(), latest_run(CheckPurpose.WORKING))
    shown = {"page": page, "may_edit": can_edit(person(request))}
    return render_content(request, "admin/pathways/check.html", shown, title="Check the working versions")


@require_safe
@content_page()
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The progress alone for the page that watches it; when it is over, that page is loaded again."""
    found = run_found(run_id)
    shown = run_shown(found, is_current=True)
    if not request.htmx:  # type: ignore[attr-defined]  # of the middleware
        context = {
            "run": shown,
            "again_href": reverse(page_of(found)),
            "parts": parts_of_run(found),
            "purpose": CheckPurpose(found.purpose).label,
            "may_edit": can_edit(person(request)),
        }
        return render_content(request, "admin/pathways/run.html", context, title=f"Check of {shown.started}")
    if shown.progress is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "admin/pathways/_run_progress.html", {"progress": shown.progress})


@require_POST
@content_page()
def run_cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    found = run_found(run_id)
    cancel_check(found, by=person(request))
    return redirect(page_of(found))


def page_of(run: CheckRun) -> str:
    return "admin:pathways_check" if run.purpose == CheckPurpose.WORKING else "admin:pathways_gate"


@require_safe
@content_page()
def run_impact(request: HttpRequest, run_id: UUID) -> HttpResponse:
    found = run_found(run_id)
    if impact_of(found) is None:
        raise Http404("This check has no impact to download.")
    record_impact_download(found, by=person(request))
    name = f"impact-{fingerprint(found.sha256)}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(response).writerows(csv_rows(found))
    return response
