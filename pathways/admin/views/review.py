"""Reviewing a version: beginning to, approving the exact text that was read, returning it with comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from pathways.admin.bases import base_for_review, is_in_force, version_found
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.review import Attempt, Fault, open_questions, review_page, ticks_from
from pathways.models import Version
from pathways.permissions import NotAllowed, Refusal, why_not_review
from pathways.selectors.candidates import working_candidate
from pathways.selectors.reviews import authors_of, required_checklist, reviews_of
from pathways.selectors.versions import comments_of
from pathways.services.reviews import approve_version, return_version, start_review


@require_safe
@content_page()
def review(request: HttpRequest, version_id: UUID) -> HttpResponse:
    return shown(request, version_found(version_id), Attempt())


def shown(request: HttpRequest, version: Version, attempt: Attempt, *, status: int = 200) -> HttpResponse:
    refusal = why_not_review(person(request), version)
    page = review_page(
        version,
        base_for_review(version),
        working_candidate(version).document,
        reviews=list(reviews_of(version)),
        comments=list(comments_of(version.part)),
        authors=authors_of(version),
        checklist=required_checklist(version),
        why_not=refusal.value if refusal else "",
        attempt=attempt,
        in_force=is_in_force(version),
    )
    title = f"Review: {page.title}"
    return render_content(request, "admin/pathways/review.html", {"page": page}, title=title, status=status)


@require_POST
@content_page()
def review_start(request: HttpRequest, version_id: UUID) -> HttpResponse:
    version = version_found(version_id)
    return decided(request, version, lambda: start_review(version, by=person(request)), "The review has begun.")


@require_POST
@content_page()
def review_approve(request: HttpRequest, version_id: UUID) -> HttpResponse:
    version, ticks = version_found(version_id), ticks_from(request.POST.getlist("ticked"))
    return decided(
        request,
        version,
        lambda: approve_version(version, by=person(request), checklist=ticks, **read_by(request)),
        "Your approval of this text is recorded.",
    )


@require_POST
@content_page()
def review_return(request: HttpRequest, version_id: UUID) -> HttpResponse:
    version = version_found(version_id)
    return decided(
        request,
        version,
        lambda: return_version(version, by=person(request), **read_by(request)),
        "The version is returned with your comments. Its authors continue in a new draft.",
    )


def read_by(request: HttpRequest) -> dict[str, Any]:
    return {"seen_sha256": request.POST.get("sha256", ""), "comment": request.POST.get("comment", "").strip()}


def decided(request: HttpRequest, version: Version, decide: Callable[[], object], done: str) -> HttpResponse:
    """The page with what was typed and ticked where the decision is refused, so that nothing of it is lost."""
    try:
        decide()
    except NotAllowed as refused:
        attempt = refused_attempt(request, version, refused)
        return shown(request, version_found(version.pk), attempt, status=status_of(refused))
    messages.success(request, done)
    return redirect("admin:pathways_review", version.pk)


def refused_attempt(request: HttpRequest, version: Version, refused: NotAllowed) -> Attempt:
    ticks = ticks_from(request.POST.getlist("ticked"))
    faults = [Fault(str(refused), fault_place(refused.refusal))]
    if refused.refusal is Refusal.CHECKLIST_OPEN:
        faults = [Fault(refused.refusal.value), *open_questions(required_checklist(version), ticks)]
    return Attempt(ticks, request.POST.get("comment", ""), tuple(faults))


def fault_place(refusal: Refusal) -> str:
    return "#comment" if refusal in {Refusal.NO_TEXT, Refusal.NO_REASON, Refusal.BAD_TEXT} else ""


def status_of(refused: NotAllowed) -> int:
    """403 for the person, 422 for what was sent, 409 for what has changed meanwhile."""
    match refused.refusal:
        case Refusal.MAY_NOT_REVIEW | Refusal.IS_AUTHOR:
            return 403
        case Refusal.CHECKLIST_OPEN | Refusal.NO_TEXT | Refusal.NO_REASON | Refusal.BAD_TEXT:
            return 422
        case _:
            return 409
