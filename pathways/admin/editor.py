"""The editor of one entry put together: its form, what is wrong, the assistant, the preview and the comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch, reverse

from pathways.admin.desk import Desk, labels_of, name_of, place_of
from pathways.admin.evaluable import Evaluable, evaluable
from pathways.admin.forms.base import HEAD, EntryForm, blank_entry, form_for
from pathways.admin.forms.closing import CommentForm
from pathways.admin.forms.fields import ConditionText
from pathways.admin.presenters.assistant import Asked, Assistant, assistant_of
from pathways.admin.presenters.entry_fields import FormFrame, form_sections
from pathways.admin.presenters.entry_names import code_of_entry, stance_word, title_of_entry
from pathways.admin.presenters.entry_page import (
    NOT_SAVED,
    Conflict,
    EntryPage,
    SavedState,
    address_of,
    form_errors,
    saved_line,
)
from pathways.admin.presenters.version_page import comment_lines, why_frozen
from pathways.admin.preview_choice import preview_choice
from pathways.editing.entries import RULES, Entry, EntryKind, NoSuchEntry, entry_hash, find_entry
from pathways.editing.parts import PATHWAY_PREFIX
from pathways.engine.release import Release
from pathways.selectors.parts import parts_in_force, release_built_on

RENAMED_BY_PAGE = frozenset({"findings", "derived", "interventions"})


@dataclass(frozen=True)
class Editor:
    """``kind`` is None for what a part says besides its entries."""

    desk: Desk
    kind: EntryKind | None
    identity: str
    entry: Entry
    form: EntryForm
    is_new: bool = False

    @property
    def place(self) -> tuple[str, str]:
        return ("", "") if self.is_new else place_of(self.kind, self.identity)

    @property
    def kind_name(self) -> str:
        return self.kind.name if self.kind else HEAD

    @property
    def may_change(self) -> bool:
        return self.desk.may_change

    def page(
        self, *, saved: SavedState | None = None, conflict: Conflict | None = None, asked_case: str = ""
    ) -> EntryPage:
        desk, version = self.desk, self.desk.version
        address = [version.pk, self.kind_name, self.identity]
        is_entry = self.kind is not None and not self.is_new
        may_change_entry = is_entry and self.may_change
        return EntryPage(
            heading=self.heading,
            code=code_of_entry(self.kind, self.entry) if self.kind and not self.is_new else "",
            singular=self.kind.singular if self.kind else "title, scope and owner",
            version_title=f"{desk.title}, version {version.number}",
            version_href=reverse("admin:pathways_version", args=[version.pk]),
            href=self.href,
            names_href=reverse("admin:pathways_names", args=[version.pk]),
            is_new=self.is_new,
            can_change=self.may_change,
            frozen="" if self.may_change else why_frozen(version),
            saved=saved or self.saved_state(),
            conflict=conflict,
            outline=desk.outline(self.place),
            sections=form_sections(self.form, self.frame),
            preview=preview_choice(desk, self.entry, asked_case) if self.kind == RULES and not self.is_new else None,
            comments=comment_lines(desk.comments_on(self.name), version, labels_of(desk)) if not self.is_new else (),
            comment_href=reverse("admin:pathways_comment_add", args=[version.pk]),
            copy_href=reverse("admin:pathways_entry_copy", args=address) if may_change_entry else "",
            delete_href=reverse("admin:pathways_entry_delete", args=address) if may_change_entry else "",
            rename_href=rename_href(self) if may_change_entry else "",
        )

    @property
    def heading(self) -> str:
        if self.is_new and self.kind:
            return f"Add {self.kind.with_article}"
        if self.kind is None:
            return "Title, scope and owner"
        word = stance_word(self.entry)[1] if self.kind == RULES else ""
        title = title_of_entry(self.kind, self.entry, self.desk.names)
        return f"{word}: {title}" if word else title

    @property
    def href(self) -> str:
        version = self.desk.version
        if self.is_new:
            return reverse("admin:pathways_entry_add", args=[version.pk, self.kind_name])
        return address_of(version.pk, self.kind_name, self.identity)

    @property
    def name(self) -> str:
        return name_of(self.kind, self.identity)

    @property
    def frame(self) -> FormFrame:
        said = Counter(comment.field for comment in self.desk.comments_on(self.name))
        place = (self.kind_name, self.identity)
        return FormFrame(self.desk.version, place, self.desk.faults, said, self.assistants, self.may_change)

    def saved_state(self) -> SavedState:
        version = self.desk.version
        errors = form_errors(self.form) if self.form.is_bound else ()
        line = NOT_SAVED if errors else saved_line(version.updated_at, version.updated_by_name)
        return SavedState(
            line="" if self.is_new and not errors else line,
            is_bad=bool(errors),
            seen=str(self.form.data.get("seen", "")) if self.form.is_bound else entry_hash(self.entry),
            errors=errors,
            problems=() if self.is_new else self.desk.faults.of(place_of(self.kind, self.identity)),
        )

    @cached_property
    def assistants(self) -> dict[str, Assistant]:
        """For every condition of the form, as it stands there."""
        return {
            name: assistant_for(self.desk, asked_of(self, name, str(self.form[name].value() or "")))
            for name, field in self.form.fields.items()
            if isinstance(field, ConditionText)
        }

    def comment_form(self) -> CommentForm:
        fields = tuple((name, str(field.label)) for name, field in self.form.fields.items())
        return CommentForm(fields=fields, entry=self.name)


def editor_of(
    desk: Desk, kind: EntryKind | None, identity: str, typed: Mapping[str, Any] | None, *, is_new: bool = False
) -> Editor:
    """Raises NoSuchEntry."""
    name = kind.name if kind else HEAD
    form_class = form_for(desk.version.part, name)
    entry = blank_entry(desk.version.part, name) if is_new else desk.entry(kind, identity)
    form = form_class(typed, names=desk.names, entry=entry, is_new=is_new)
    form.editor_name = desk.user.display_name
    return Editor(desk, kind, identity, entry, form, is_new)


def asked_of(editor: Editor, field: str, text: str) -> Asked:
    if editor.kind != RULES:
        return Asked(field, text)
    shown = {name: str(editor.form[name].value() or "") for name in ("stance", "intervention")}
    return Asked(
        field,
        text,
        key=editor.identity,
        pathway=editor.desk.version.part.removeprefix(PATHWAY_PREFIX),
        stance=shown["stance"],
        intervention=shown["intervention"],
        in_force=condition_in_force(editor.desk, editor.identity),
    )


def condition_in_force(desk: Desk, identity: str) -> str:
    found = parts_in_force(release_built_on()).get(desk.version.part)
    try:
        return str(find_entry(found.document, RULES, identity).get("when") or "") if found else ""
    except NoSuchEntry:
        return ""


def assistant_for(desk: Desk, asked: Asked) -> Assistant:
    """A rule is compared as it stands in the form, so what is wrong with it as it was saved does not matter here."""
    vocabulary = desk.names.vocabulary
    if not asked.pathway:
        return assistant_of(asked, vocabulary, Evaluable(None))
    if isinstance(desk.release, Release):
        return assistant_of(asked, vocabulary, Evaluable(desk.release))
    return assistant_of(asked, vocabulary, evaluable(desk.candidate.document, desk.version.part, asked.key))


def rename_href(editor: Editor) -> str:
    """Codes that conditions and stored answers name are changed on a page of their own."""
    if editor.kind_name not in RENAMED_BY_PAGE:
        return ""
    try:
        return reverse("admin:pathways_rename", args=[editor.desk.version.pk])
    except NoReverseMatch:
        return ""
