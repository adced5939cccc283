"""The gate before publishing, accepting what it shows, and publishing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.gate import gate_page
from pathways.admin.presenters.missing import PartMissing, missing_parts
from pathways.admin.views.check import run_found
from pathways.models import CheckRun
from pathways.moments import short_moment
from pathways.permissions import NotAllowed, can_edit, can_publish
from pathways.selectors.candidates import new_versions, publish_candidate
from pathways.selectors.checks import acceptances_of, latest_run
from pathways.selectors.reviews import approvals_of
from pathways.selectors.versions import part_rows
from pathways.services.checks import accept, start_check
from pathways.services.publishing import obstacles, publish
from pathways.states import CheckPurpose, CheckState

TITLE = "Publish the guidance"


@require_http_methods(["GET", "HEAD", "POST"])
@content_page()
def gate(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        start_check(CheckPurpose.PUBLISH, by=person(request))
        return redirect("admin:pathways_gate")
    return gate_shown(request)


def gate_shown(request: HttpRequest, refused: NotAllowed | None = None, *, note: str | None = None) -> HttpResponse:
    candidate, user = publish_candidate(), person(request)
    if candidate is None:
        return render_content(request, "admin/pathways/gate_nothing.html", {"missing": still_missing()}, title=TITLE)
    run = latest_run(CheckPurpose.PUBLISH)
    page = gate_page(
        candidate,
        run,
        approvals={part.part: list(approvals_of(part.version)) for part in candidate.parts if part.version},
        new_parts=[version.part for version in new_versions(candidate)],
        accepted=list(acceptances_of(run.sha256)) if run else [],
        obstacles=obstacles(run, by=user) if run and run.state == CheckState.FINISHED else [],
        note=note,
        faults=[str(refused)] if refused else [],
    )
    shown = {
        "page": page,
        "missing": still_missing(),
        "printed": short_moment(timezone.now()),
        "may_publish": can_publish(user),
        "may_accept": can_publish(user) or user.has_perm(Permission.REVIEW_CONTENT),
        "may_edit": can_edit(user),
    }
    return render_content(request, "admin/pathways/gate.html", shown, title=TITLE, status=422 if refused else 200)


def still_missing() -> tuple[PartMissing, ...]:
    rows = part_rows()
    under_way = [row.open for row in rows if row.open is not None and row.approved is None]
    return missing_parts(
        rows, {version.pk: [review.reviewer_name for review in approvals_of(version)] for version in under_way}
    )


@require_POST
@content_page(Permission.PUBLISH_CONTENT, Permission.REVIEW_CONTENT)
def run_accept(request: HttpRequest, run_id: UUID) -> HttpResponse:
    subject, reason = request.POST.get("subject", ""), request.POST.get("reason", "").strip()
    try:
        accept(run_found(run_id), by=person(request), subject=subject, reason=reason)
    except NotAllowed as refused:
        return gate_shown(request, refused)
    messages.success(request, "Accepted, with your reason.")
    return redirect("admin:pathways_gate")


@require_POST
@content_page(Permission.PUBLISH_CONTENT)
def publish_release(request: HttpRequest) -> HttpResponse:
    """Of the check that the publisher has read, so that a newer one is not published unread."""
    note = request.POST.get("note", "").strip()
    try:
        release = publish(run_read(request.POST.get("run", "")), by=person(request), note=note)
    except NotAllowed as refused:
        return gate_shown(request, refused, note=note)
    messages.success(request, f"Release {release.number} is published and in force.")
    return redirect("admin:pathways_release", release.pk)


def run_read(written: str) -> CheckRun:
    try:
        return run_found(UUID(written))
    except ValueError:
        raise Http404("There is no such check.") from None
