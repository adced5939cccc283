"""The page of differences between two versions of a part: words, rules and references, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from pathways.admin.forms.names import Names
from pathways.admin.presenters.difference_fields import FieldShown, Sides, Tab, fields_shown, stance_in_words
from pathways.admin.presenters.outline import field_in_words
from pathways.editing.differences import EntryDifference, How, differences_between
from pathways.editing.entries import HEAD, KINDS_BY_NAME
from pathways.editing.parts import Document, part_in_words
from pathways.models import Comment, Version
from pathways.moments import short_moment
from pathways.selectors.parts import document_of_version
from pathways.states import VersionState

TABS = {Tab.WORDS: "Words", Tab.RULES: "Rules", Tab.REFERENCES: "References"}


@dataclass(frozen=True, slots=True)
class CommentShown:
    where: str
    text: str
    signature: str


@dataclass(frozen=True, slots=True)
class EntryShown:
    key: str
    anchor: str
    kind: str
    title: str
    name: str
    how: str
    moved: str
    fields: tuple[FieldShown, ...]
    comments: tuple[CommentShown, ...]
    href: str

    @property
    def subject(self) -> str:
        return self.name or self.title

    @property
    def same_words(self) -> bool:
        """It only moved, or only how it is written has changed."""
        return not self.fields


@dataclass(frozen=True, slots=True)
class TabShown:
    code: str
    label: str
    count: int
    href: str
    current: bool
    entries: tuple[EntryShown, ...]


@dataclass(frozen=True, slots=True)
class BaseShown:
    """Something that the version can be compared with."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    title: str
    version: str
    against: str
    note: str
    tabs: tuple[TabShown, ...]
    bases: tuple[BaseShown, ...]
    comments: tuple[CommentShown, ...]
    version_href: str
    review_href: str

    @property
    def tab(self) -> TabShown:
        return next(tab for tab in self.tabs if tab.current)


@dataclass(frozen=True, slots=True)
class Base:
    """What a version is compared with: another version, the text in force, or nothing where the part is new."""

    label: str
    document: Document
    release: Document  # the release document that explains its names


def differences_page(
    version: Version,
    base: Base,
    candidate: Document,
    *,
    tab: str,
    versions: Iterable[Version],
    comments: Sequence[Comment],
    chosen: Version | None,
) -> DifferencesPage:
    entries = entries_shown(version, base, candidate, comments)
    address = reverse("admin:pathways_differences", args=[version.pk])
    query = f"&against={chosen.pk}" if chosen else ""
    shown = next((one for one in Tab if one.value == tab), Tab.WORDS)
    return DifferencesPage(
        title=part_in_words(version.part, document_of_version(version)),
        version=version_line(version),
        against=base.label,
        note=version.note,
        tabs=tuple(tab_shown(one, entries, f"{address}?tab={one.value}{query}", one is shown) for one in Tab),
        bases=bases_shown(version, versions, chosen, shown),
        comments=tuple(comment_shown(one) for one in comments if not one.entry),
        version_href=reverse("admin:pathways_version", args=[version.pk]),
        review_href=reverse("admin:pathways_review", args=[version.pk]),
    )


def tab_shown(tab: Tab, entries: Iterable[EntryShown], href: str, current: bool) -> TabShown:
    """An entry that only moved stands among the rules: nothing else would show it."""
    chosen = [(entry, tuple(field for field in entry.fields if field.tab is tab)) for entry in entries]
    kept = [
        replace(entry, fields=fields) for entry, fields in chosen if fields or (not entry.fields and tab is Tab.RULES)
    ]
    return TabShown(tab.value, TABS[tab], len(kept), href, current, tuple(kept))


def bases_shown(
    version: Version, versions: Iterable[Version], chosen: Version | None, tab: Tab
) -> tuple[BaseShown, ...]:
    address = f"{reverse('admin:pathways_differences', args=[version.pk])}?tab={tab.value}"
    others = [
        BaseShown(version_line(one), f"{address}&against={one.pk}", chosen is not None and one.pk == chosen.pk)
        for one in versions
        if one.pk != version.pk
    ]
    return (BaseShown("The text in force", address, chosen is None), *others)


def entries_shown(
    version: Version, base: Base, candidate: Document, comments: Sequence[Comment]
) -> tuple[EntryShown, ...]:
    sides = Sides(Names(base.release), Names(candidate))
    differences = differences_between(base.document, document_of_version(version))
    return tuple(entry_shown(difference, version, sides, comments) for difference in differences)


def entry_shown(difference: EntryDifference, version: Version, sides: Sides, comments: Sequence[Comment]) -> EntryShown:
    kind = KINDS_BY_NAME.get(difference.kind_name)
    return EntryShown(
        key=difference.key,
        anchor=anchor_of(difference.key),
        kind=kind.singular.capitalize() if kind else "Title and scope",
        title=title_of(difference, sides),
        name=difference.identity if kind and difference.kind_name not in ("statements", "hazards") else "",
        how=how_in_words(difference.how, moved=difference.moved),
        moved=moved_in_words(difference) if difference.moved else "",
        fields=fields_shown(difference, sides),
        comments=tuple(comment_shown(one) for one in comments if one.entry == difference.key),
        href=entry_href(version, difference.kind_name, difference.identity) if difference.after else "",
    )


def title_of(difference: EntryDifference, sides: Sides) -> str:
    """A rule is known by what it says about what; everything else by its own title."""
    entry = difference.after or difference.before or {}
    if difference.kind_name != "rules":
        return difference.title
    names = sides.after if difference.after else sides.before
    intervention = dict(names.interventions).get(str(entry.get("intervention", "")), "General")
    return f"{intervention}: {stance_in_words(str(entry.get('stance', '')))}"


def how_in_words(how: How, *, moved: bool) -> str:
    return "Changed and moved" if moved and how is How.CHANGED else how.value.capitalize()


def moved_in_words(difference: EntryDifference) -> str:
    return f"It now stands behind “{difference.behind}”." if difference.behind else "It now stands first."


def entry_href(version: Version, kind_name: str, identity: str) -> str:
    if kind_name == HEAD:
        return reverse("admin:pathways_head", args=[version.pk])
    return reverse("admin:pathways_entry", args=[version.pk, kind_name, identity])


def anchor_of(key: str) -> str:
    return "entry-" + "".join(letter if letter.isalnum() else "-" for letter in key)


def comment_shown(comment: Comment) -> CommentShown:
    return CommentShown(
        where=field_in_words(comment.version.part, comment.entry, comment.field) if comment.field else "",
        text=comment.text,
        signature=f"{comment.by_name}, {short_moment(comment.at)}",
    )


def version_line(version: Version) -> str:
    return f"Version {version.number}, {VersionState(version.state).label.lower()}"
