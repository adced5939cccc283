"""The page of a version, submitting it and discarding it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from audit.selectors import events_on
from pathways.admin.bases import is_in_force
from pathways.admin.desk import Desk, desk_of, labels_of
from pathways.admin.forms.closing import CommentForm, DiscardForm, SubmitForm
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.steps import stepper
from pathways.admin.presenters.version_page import VersionPage, comment_lines, history_of
from pathways.admin.presenters.version_page import version_page as page_of
from pathways.permissions import NotAllowed, Refusal, check_can_change
from pathways.selectors.reviews import reviews_of
from pathways.selectors.versions import open_version
from pathways.services.versions import discard_version, submit_version

HISTORY = 60
# What the form can be corrected for; every other refusal is a page of its own.
CORRECTABLE = frozenset({Refusal.NO_NOTE, Refusal.NOTHING_CHANGED, Refusal.HAS_PROBLEMS, Refusal.BAD_TEXT})


@require_safe
@content_page()
def version_page(request: HttpRequest, version_id: UUID) -> HttpResponse:
    return shown(request, desk_of(version_id, person(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def version_submit(request: HttpRequest, version_id: UUID) -> HttpResponse:
    desk = desk_of(version_id, person(request))
    check_can_change(desk.user, desk.version)
    form = SubmitForm(request.POST if request.method == "POST" else None, initial={"seen": desk.version.sha256})
    if not form.is_valid():
        return shown(request, desk, submit=form, status=422 if form.is_bound else 200)
    try:
        filled = form.cleaned_data
        submit_version(desk.version, by=desk.user, note=filled["note"], seen_sha256=filled["seen"])
    except NotAllowed as refused:
        if refused.refusal not in CORRECTABLE:
            raise
        form.add_error(None, refused.refusal.value if refused.refusal is Refusal.HAS_PROBLEMS else str(refused))
        return shown(request, desk, submit=form, status=422)
    messages.success(request, "Submitted. Two reviewers who did not write it now read the exact text.")
    return redirect("admin:pathways_version", desk.version.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def version_discard(request: HttpRequest, version_id: UUID) -> HttpResponse:
    desk = desk_of(version_id, person(request))
    check_can_change(desk.user, desk.version)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        discard_version(desk.version, by=desk.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"Version {desk.version.number} of “{desk.title}” is discarded.")
        return redirect("admin:pathways_guidance")
    context = {"form": form, "page": page_for(desk)}
    title = f"Discard version {desk.version.number} of {desk.title}"
    return render_content(
        request, "admin/pathways/version_discard.html", context, title=title, status=422 if form.is_bound else 200
    )


def shown(request: HttpRequest, desk: Desk, *, submit: SubmitForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "page": page_for(desk),
        "submit": submit or SubmitForm(initial={"seen": desk.version.sha256, "note": desk.version.note}),
        "comment_form": CommentForm(fields=(), entry=""),
    }
    title = f"{desk.title}, version {desk.version.number}"
    return render_content(request, "admin/pathways/version.html", context, title=title, status=status)


def page_for(desk: Desk) -> VersionPage:
    version, in_force = desk.version, is_in_force(desk.version)
    return page_of(
        version,
        title=desk.title,
        stepper=stepper(version, tuple(reviews_of(version)), in_force=in_force),
        outline=desk.outline(),
        history=history_of(events_on(str(version.pk), most=HISTORY)),
        comments=comment_lines(desk.comments, version, labels_of(desk)),
        user=desk.user,
        open_version=open_version(version.part),
        in_force=in_force,
    )
