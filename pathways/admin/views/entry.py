"""Editing one entry: the page, saving by button, and saving as one types."""

from __future__ import annotations

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.permissions import Permission
from accounts.requests import SignedInRequest
from pathways.admin.desk import Desk, desk_of
from pathways.admin.editor import Editor, editor_of
from pathways.admin.forms.base import blank_entry
from pathways.admin.forms.cases import PROPOSE
from pathways.admin.frame import content_page, person, render_content
from pathways.admin.presenters.entry_page import NOT_SAVED, Conflict, SavedState, address_of, conflict_of, form_errors
from pathways.editing.entries import Entry, EntryKind, entry_hash
from pathways.permissions import NotAllowed, Refusal, check_can_change
from pathways.services.versions import EditConflict, EntryExists, add_entry, change_entry

# What the editor can put right in the form; every other refusal is a page of its own.
CORRECTABLE = frozenset(
    {
        Refusal.BAD_ENTRY,
        Refusal.BAD_IDENTITY,
        Refusal.BAD_TEXT,
        Refusal.IDENTITY_STAYS,
        Refusal.KIND_STAYS,
        Refusal.PART_TOO_LARGE,
        Refusal.RENAME_INSTEAD,
        Refusal.STILL_USED,
    }
)


@csp_replace({"frame-src": [SELF]})
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@content_page()
def entry_edit(request: SignedInRequest, version_id: UUID, kind: str, identity: str) -> HttpResponse:
    desk = desk_of(version_id, person(request))
    return edit(request, desk, desk.kind(kind), identity)


@csp_replace({"frame-src": [SELF]})
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@content_page()
def head_edit(request: SignedInRequest, version_id: UUID) -> HttpResponse:
    return edit(request, desk_of(version_id, person(request)), None, "")


@csp_replace({"frame-src": [SELF]})
@require_http_methods(["GET", "HEAD", "POST"])
@content_page(Permission.EDIT_CONTENT)
def entry_add(request: SignedInRequest, version_id: UUID, kind: str) -> HttpResponse:
    desk = desk_of(version_id, person(request))
    check_can_change(desk.user, desk.version)
    wanted = desk.kind(kind)
    editor = editor_of(desk, wanted, "", request.POST if request.method == "POST" else None, is_new=True)
    if not editor.form.is_valid():
        return page(request, editor, status=422 if editor.form.is_bound else 200)
    entry = editor.form.to_entry(blank_entry(desk.version.part, wanted.name))
    try:
        add_entry(desk.version, by=desk.user, kind=wanted, entry=entry, after=request.GET.get("after") or None)
    except (NotAllowed, EntryExists) as refused:
        if isinstance(refused, NotAllowed) and refused.refusal not in CORRECTABLE:
            raise
        editor.form.add_error(wanted.identity if wanted.identity in editor.form.fields else None, str(refused))
        return page(request, editor, status=422)
    return redirect("admin:pathways_entry", desk.version.pk, wanted.name, entry[wanted.identity])


def edit(request: SignedInRequest, desk: Desk, kind: EntryKind | None, identity: str) -> HttpResponse:
    desk.entry(kind, identity)
    if request.method != "POST":
        return page(request, editor_of(desk, kind, identity, None))
    check_can_change(desk.user, desk.version)
    return save(request, editor_of(desk, kind, identity, request.POST))


def save(request: SignedInRequest, editor: Editor) -> HttpResponse:
    """Saves what was typed, or says why not; whatever the answer is, nothing typed is lost."""
    if not editor.form.is_valid():
        return not_saved(request, editor)
    entry = editor.form.to_entry(editor.entry)
    seen = request.POST.get("keep") or request.POST.get("seen", "")
    try:
        change_entry(
            editor.desk.version, by=editor.desk.user, kind=editor.kind, identity=editor.identity, entry=entry, seen=seen
        )
    except EditConflict as conflict:
        return in_conflict(request, editor, entry, conflict)
    except NotAllowed as refused:
        if refused.refusal not in CORRECTABLE:
            raise
        editor.form.add_error(None, str(refused))
        return not_saved(request, editor)
    return saved(request, editor)


def saved(request: SignedInRequest, editor: Editor) -> HttpResponse:
    if not request.htmx:
        messages.success(request, "Saved.")
        return redirect(address_of(editor.desk.version.pk, editor.kind.name if editor.kind else "", editor.identity))
    desk = desk_of(editor.desk.version.pk, editor.desk.user)  # as it stands now
    fresh = editor_of(desk, editor.kind, editor.identity, None)
    return fragment(request, fresh, fresh.saved_state())


def not_saved(request: SignedInRequest, editor: Editor) -> HttpResponse:
    if not request.htmx or PROPOSE in request.POST:  # proposals stand in the fields themselves
        return page(request, editor, status=422)
    state = SavedState(NOT_SAVED, is_bad=True, seen=request.POST.get("seen", ""), errors=form_errors(editor.form))
    return fragment(request, editor, state, status=422)


def in_conflict(request: SignedInRequest, editor: Editor, mine: Entry, conflict: EditConflict) -> HttpResponse:
    version = editor.desk.version
    shown = conflict_of(
        editor.form,
        conflict.current,
        mine,
        by=who_changed(editor, conflict),
        at=conflict.at,
        seen=entry_hash(conflict.current),
        href=address_of(version.pk, editor.kind.name if editor.kind else "", editor.identity),
    )
    if not request.htmx:
        return page(request, editor, conflict=shown, status=409)
    answer = render_content(request, "admin/pathways/_entry_conflict.html", {"conflict": shown}, status=409)
    answer["HX-Retarget"] = "#entry-conflict"
    answer["HX-Reswap"] = "innerHTML show:top"
    return answer


def who_changed(editor: Editor, conflict: EditConflict) -> str:
    is_own = conflict.by_name == editor.desk.user.display_name
    return "You, in another window, have" if is_own else f"{conflict.by_name} has"


def fragment(request: HttpRequest, editor: Editor, state: SavedState, *, status: int = 200) -> HttpResponse:
    shown = {"page": editor.page(saved=state)}
    return render_content(request, "admin/pathways/_entry_answer.html", shown, status=status)


def page(request: HttpRequest, editor: Editor, *, conflict: Conflict | None = None, status: int = 200) -> HttpResponse:
    shown = editor.page(conflict=conflict, asked_case=request.GET.get("case", ""))
    context = {"page": shown, "comment_form": editor.comment_form()}
    title = f"{shown.heading}: {shown.version_title}"
    return render_content(request, "admin/pathways/entry.html", context, title=title, status=status)
