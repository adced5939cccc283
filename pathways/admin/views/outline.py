"""Copying, moving and deleting an entry from the outline of a draft."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from pathways.admin.breakage import breakage
from pathways.admin.desk import Desk, desk_of
from pathways.admin.forms.closing import CopyForm
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.entry_names import code_of_entry, title_of_entry
from pathways.editing.entries import EntryKind, entries, entry_hash
from pathways.permissions import NotAllowed, check_can_change
from pathways.services.versions import EditConflict, EntryExists, copy_entry, move_entry, remove_entry

STEPS = {"up": -1, "down": 1}


@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def entry_copy(request: HttpRequest, version_id: UUID, kind: str, identity: str) -> HttpResponse:
    desk, wanted = opened(request, version_id, kind)
    entry = desk.entry(wanted, identity)
    form = CopyForm(
        request.POST if request.method == "POST" else None, initial={"identity": free_name(desk, wanted, identity)}
    )
    if form.is_valid():
        new = form.cleaned_data["identity"]
        try:
            copy_entry(desk.version, by=desk.user, kind=wanted, identity=identity, new_identity=new)
            return redirect("admin:pathways_entry", desk.version.pk, wanted.name, new)
        except (NotAllowed, EntryExists) as refused:
            form.add_error("identity", str(refused))
    context = {"form": form, "back": back_to(desk), "entry_title": title_of_entry(wanted, entry, desk.names)}
    return render_content(
        request,
        "admin/pathways/entry_copy.html",
        context,
        title=f"Copy {wanted.with_article}",
        status=422 if form.is_bound else 200,
    )


@require_POST
@content_page(Permission.EDIT_CONTENT)
def entry_move(request: HttpRequest, version_id: UUID, kind: str, identity: str) -> HttpResponse:
    desk, wanted = opened(request, version_id, kind)
    desk.entry(wanted, identity)
    step = STEPS.get(request.POST.get("direction", ""), 0)
    if step:
        move_entry(desk.version, by=desk.user, kind=wanted, identity=identity, step=step)
    position = [one.get(wanted.identity) for one in entries(desk.document, wanted)].index(identity) + step
    return redirect(f"{back_to(desk)}#entry-{wanted.name}-{max(position, 0)}")


@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def entry_delete(request: HttpRequest, version_id: UUID, kind: str, identity: str) -> HttpResponse:
    desk, wanted = opened(request, version_id, kind)
    entry, refusal = desk.entry(wanted, identity), ""
    if request.method == "POST":
        try:
            remove_entry(desk.version, by=desk.user, kind=wanted, identity=identity, seen=request.POST.get("seen", ""))
            messages.success(request, f"The {wanted.singular} is deleted.")
            return redirect(back_to(desk))
        except EditConflict as conflict:
            refusal = f"{conflict.by_name} has just changed it. Look at it again before you delete it."
        except NotAllowed as refused:
            refusal = str(refused)
    broken = breakage(desk.candidate.document, desk.version.part, wanted, identity)
    context = {
        "broken": broken,
        "broken_here": [one for one in broken if one.part == desk.version.part],
        "broken_elsewhere": [one for one in broken if one.part != desk.version.part],
        "seen": entry_hash(entry),
        "refusal": refusal,
        "entry_title": title_of_entry(wanted, entry, desk.names),
        "entry_code": code_of_entry(wanted, entry),
        "singular": wanted.singular,
        "back": back_to(desk),
    }
    status = 409 if refusal else 200
    return render_content(
        request,
        "admin/pathways/entry_delete.html",
        context,
        title=f"Delete {wanted.with_article}",
        status=status,
    )


def opened(request: HttpRequest, version_id: UUID, kind: str) -> tuple[Desk, EntryKind]:
    desk = desk_of(version_id, person(request))
    check_can_change(desk.user, desk.version)
    return desk, desk.kind(kind)


def back_to(desk: Desk) -> str:
    return reverse("admin:pathways_version", args=[desk.version.pk])


def free_name(desk: Desk, kind: EntryKind, identity: str) -> str:
    """The name with the next number behind it that is still free."""
    taken = {one.get(kind.identity) for one in entries(desk.document, kind)}
    joint = "_" if "_" in identity else "-"
    number = next(number for number in range(2, len(taken) + 3) if f"{identity}{joint}{number}" not in taken)
    return f"{identity}{joint}{number}"
