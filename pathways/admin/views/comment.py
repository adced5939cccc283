"""Comments on a part, an entry or a field: adding one, and resolving it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from pathways.admin.desk import desk_of
from pathways.admin.frame import content_page, person
from pathways.editing.entries import HEAD, KINDS, NoSuchEntry, find_entry
from pathways.editing.parts import kind_of
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.versions import get_comment
from pathways.services.comments import add_comment, resolve_comment

CORRECTABLE = frozenset({Refusal.NO_TEXT, Refusal.BAD_TEXT})


@require_POST
@content_page()
def comment_add(request: HttpRequest, version_id: UUID) -> HttpResponse:
    desk = desk_of(version_id, person(request))
    entry = request.POST.get("entry", "")
    if entry not in ("", HEAD):
        name, _, identity = entry.partition("/")
        kind = next((kind for kind in KINDS[kind_of(desk.version.part)] if kind.name == name), None)
        if kind is None:
            raise NoSuchEntry("There is nothing of this name to comment on.")
        find_entry(desk.document, kind, identity)
    text, field = request.POST.get("text", "").replace("\r\n", "\n"), request.POST.get("field", "")
    try:
        add_comment(desk.version, by=desk.user, entry=entry, field=field, text=text)
    except NotAllowed as refused:
        if refused.refusal not in CORRECTABLE:
            raise
        messages.error(request, f"The comment was not added. {refused}")
    return redirect(f"{way_back(request, version_id)}#comments")


@require_POST
@content_page()
def comment_resolve(request: HttpRequest, version_id: UUID, comment_id: UUID) -> HttpResponse:
    comment = get_comment(comment_id)
    if comment is None or comment.version.part != desk_of(version_id, person(request)).version.part:
        raise Http404("There is no such comment.")
    resolve_comment(comment, by=person(request))
    return redirect(f"{way_back(request, version_id)}#comments")


def way_back(request: HttpRequest, version_id: UUID) -> str:
    """The page the form stood on; what is no path could be taken for the name of a page."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    if is_ours and back.startswith("/"):
        return back
    return reverse("admin:pathways_version", args=[version_id])
