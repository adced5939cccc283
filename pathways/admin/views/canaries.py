"""The checks of known patients: what came out, checking now, and allowing advice again after a stop."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.canaries import known_patients_page
from pathways.permissions import NotAllowed
from pathways.selectors.canaries import known_patients as known_patients_now
from pathways.selectors.canaries import latest_runs, standing_runs
from pathways.services.canaries import NothingToCheck, check_known_patients, resume_advice

MAY = (Permission.PUBLISH_CONTENT, Permission.ADMINISTER_USERS)
SHOWN = 48  # two days of hourly checks of one server


@require_safe
@content_page(*MAY)
def known_patients(request: HttpRequest) -> HttpResponse:
    return shown(request)


@require_POST
@content_page(*MAY)
def known_patients_check(request: HttpRequest) -> HttpResponse:
    try:
        run = check_known_patients(by=person(request))
    except NothingToCheck as nothing:
        return shown(request, fault=str(nothing), status=409)
    if run.passed:
        messages.success(request, f"All {run.cases} known patients are advised as they should be.")
    return redirect("admin:pathways_known_patients")


@require_POST
@content_page(*MAY)
def advice_resume(request: HttpRequest) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        resume_advice(by=person(request), reason=reason, seen=ids_of(request.POST.getlist("seen")))
    except (NotAllowed, NothingToCheck) as refused:
        return shown(request, fault=str(refused), reason=reason, status=422)
    messages.success(request, "All known patients are advised as they should be. Advice is given again.")
    return redirect("admin:pathways_known_patients")


def ids_of(texts: list[str]) -> list[UUID]:
    """What is no id was not made by the page."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def shown(request: HttpRequest, *, fault: str = "", reason: str = "", status: int = 200) -> HttpResponse:
    page = known_patients_page(known_patients_now(), standing_runs(), latest_runs(SHOWN))
    context = {"page": page, "fault": fault, "reason": reason}
    return render_content(request, "admin/pathways/known_patients.html", context, title="Known patients", status=status)
