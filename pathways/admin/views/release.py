"""The releases that were published, and putting an earlier one back in force."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.releases import release_shown, releases_shown, with_advised
from pathways.clinic import Advised, NoClinic, the_clinic
from pathways.permissions import NotAllowed, can_publish
from pathways.selectors.history import ReleaseHistory, release_histories, release_history
from pathways.services.publishing import roll_back


@require_safe
@content_page()
def releases(request: HttpRequest) -> HttpResponse:
    shown = releases_shown(release_histories(), may_publish=can_publish(person(request)))
    return render_content(request, "admin/pathways/releases.html", {"releases": shown}, title="Releases")


@require_safe
@content_page()
def release(request: HttpRequest, release_id: UUID) -> HttpResponse:
    shown = release_shown(history_found(release_id), may_publish=can_publish(person(request)))
    shown = with_advised(shown, advised_by(release_id, person(request)))
    return render_content(request, "admin/pathways/release.html", {"release": shown}, title=f"Release {shown.number}")


def advised_by(release_id: UUID, user: User) -> Advised | None:
    try:
        return the_clinic().advised_by(release_id, user=user)
    except NoClinic:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.PUBLISH_CONTENT)
def release_roll_back(request: HttpRequest, release_id: UUID) -> HttpResponse:
    history, fault = history_found(release_id), ""
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST":
        try:
            roll_back(history.release, by=person(request), reason=reason)
        except NotAllowed as refused:
            fault = str(refused)
        else:
            messages.success(request, f"Release {history.release.number} is in force again.")
            return redirect("admin:pathways_release", release_id)
    shown = {"release": release_shown(history, may_publish=True), "reason": reason, "fault": fault}
    title = f"Put release {history.release.number} back in force"
    return render_content(
        request, "admin/pathways/release_roll_back.html", shown, title=title, status=422 if fault else 200
    )


def history_found(release_id: UUID) -> ReleaseHistory:
    history = release_history(release_id)
    if history is None:
        raise Http404("There is no such release.")
    return history
