"""The fields of an entry compared in words: prose by sentences, conditions three ways, names by what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pathways.admin.forms.names import Names
from pathways.advice_classes import NOT_ADDRESSED, OF_STANCE
from pathways.editing.differences import (
    Change,
    ConditionDifference,
    EntryDifference,
    Unit,
    condition_difference,
    key_differences,
    line_difference,
    words_difference,
)
from pathways.editing.entries import KINDS_BY_NAME
from pathways.engine.stances import Stance

PROSE = frozenset(
    {
        *("professional", "patient", "patient_omitted", "lifted_by", "text", "title", "summary", "label", "help"),
        *("action", "reason", "problem", "problems", "answer", "event_label", "date_label", "facts"),
    }
)
CONDITIONS = frozenset({"when", "scope", "asked_when", "overtaken_by"})
REFERRING = frozenset({"references", "statements", "places"})
SOURCES = frozenset({"references", "articles"})  # kinds of entry that are references themselves

LABELS = {
    "when": "Condition",
    "scope": "Scope",
    "asked_when": "Asked only when",
    "overtaken_by": "Overtaken by",
    "professional": "Wording for professionals",
    "patient": "Wording for patients",
    "patient_omitted": "Why there is no wording for patients",
    "lifted_by": "What would lift it",
    "places": "Page or section",
    "contested": "Contested notes",
    "answers": "Finding it answers",
    "valid_days": "Days it counts",
    "review_by": "Review by",
    "evidence_notes": "Contested notes",
    "as_of": "Day of the case",
    "expect": "Expected verdicts",
    "expect_rules": "Expected of single rules",
    "url": "Address",
}
ORDER = (
    *("title", "label", "summary", "scope", "intervention", "stance", "kind", "urgent", "when", "asked_when"),
    *("accompanies", "professional", "patient", "patient_omitted", "lifted_by", "text", "strength", "certainty"),
    *("statements", "references", "places", "cautions", "contested", "questions"),
)


class Tab(Enum):
    WORDS = "words"
    RULES = "rules"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True)
class Sides:
    """What names mean in the release each text belongs to."""

    before: Names
    after: Names


@dataclass(frozen=True, slots=True)
class KeyShown:
    change: Change
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One of ``units``, ``condition`` and ``keys`` says what differs."""

    name: str
    label: str
    tab: Tab
    units: tuple[Unit, ...] = ()
    condition: ConditionDifference | None = None
    keys: tuple[KeyShown, ...] = ()

    @property
    def says_something(self) -> bool:
        """Not where an empty field was left out, or the other way round."""
        return bool(self.units or self.keys or (self.condition and self.condition.lines))


def fields_shown(difference: EntryDifference, sides: Sides) -> tuple[FieldShown, ...]:
    names = sorted(difference.fields, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    before, after = difference.before or {}, difference.after or {}
    shown = [field_shown(name, difference, before.get(name), after.get(name), sides) for name in names]
    return tuple(field for field in shown if field.says_something and field.name != identity_of(difference))


def identity_of(difference: EntryDifference) -> str:
    """The name of an entry stands above it already."""
    kind = KINDS_BY_NAME.get(difference.kind_name)
    return kind.identity if kind else ""


def field_shown(name: str, difference: EntryDifference, before: Any, after: Any, sides: Sides) -> FieldShown:
    label, tab = label_of(name), tab_of(name, difference.kind_name)
    if name in CONDITIONS and is_text(before) and is_text(after):
        condition = condition_difference(
            as_text(before), as_text(after), before=sides.before.vocabulary, after=sides.after.vocabulary
        )
        return FieldShown(name, label, tab, condition=condition)
    if name in ("references", "statements") and is_text(before) and is_text(after):
        return FieldShown(name, label, tab, keys=keys_shown(name, before or (), after or (), sides))
    compare = words_difference if name in PROSE else line_difference
    units = compare(in_words(name, before, sides.before), in_words(name, after, sides.after))
    return FieldShown(name, label, tab, units=units)


def is_text(value: Any) -> bool:
    """A text, a list of texts, or nothing; anything else is shown as it is written."""
    return value is None or isinstance(value, str) or (isinstance(value, list) and all(map(is_plain, value)))


def is_plain(value: Any) -> bool:
    return isinstance(value, str)


def as_text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else value or ""


def label_of(name: str) -> str:
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def tab_of(name: str, kind_name: str) -> Tab:
    if name in REFERRING or kind_name in SOURCES:
        return Tab.REFERENCES
    return Tab.WORDS if name in PROSE else Tab.RULES


def keys_shown(name: str, before: Any, after: Any, sides: Sides) -> tuple[KeyShown, ...]:
    return tuple(
        KeyShown(one.change, title_of_source(name, one.key, sides), problem_of(one.key, sides))
        for one in key_differences(before, after)
    )


def title_of_source(name: str, key: str, sides: Sides) -> str:
    every = {**dict(getattr(sides.before, name)), **dict(getattr(sides.after, name))}
    return str(every.get(key, f"{key}, which does not exist"))


def problem_of(key: str, sides: Sides) -> str:
    for names in (sides.after, sides.before):
        for reference in names.document.get("evidence", {}).get("references") or []:
            if reference.get("key") == key:
                return str(reference.get("problem", ""))
    return ""


def in_words(name: str, value: Any, names: Names) -> str:
    """A value in the words of its release, one thing per line."""
    label: Callable[[str], str] = LABELLED.get(name, plain)(names)
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case str():
            return label(value)
        case list():
            return "\n".join(line_of(one, label) for one in value)
        case dict():
            return "\n".join(f"{label(str(key))}: {valued(str(key), one, names)}" for key, one in value.items())
        case _:
            return str(value)


def line_of(one: Any, label: Callable[[str], str]) -> str:
    """An element of a list: a name, or several values such as those of an option."""
    if not isinstance(one, Mapping):
        return label(str(one))
    code, named, helped = one.get("code"), one.get("label"), one.get("help")
    head = f"{named} ({code})" if named and code else named or code
    meant = [f"{head}: {helped}" if helped and head else head or helped]
    rest = [f"{name.replace('_', ' ')} {joined(one[name])}" for name in one if name not in {"code", "label", "help"}]
    return ", ".join(str(part) for part in (*meant, *rest) if part)


def joined(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def valued(key: str, value: Any, names: Names) -> str:
    """What stands behind a name: an answer, an expected verdict, a page."""
    if isinstance(value, Mapping) and "stance" in value:
        settled = "settled" if value.get("settled") else "not settled"
        return f"{stance_in_words(str(value['stance'])) if value['stance'] else NOT_ADDRESSED.word}, {settled}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name.replace('_', ' ')} {joined(one)}" for name, one in value.items())
    variable = names.vocabulary.variables.get(key)
    return variable.label_of(joined(value)) if variable else joined(value)


def stance_in_words(code: str) -> str:
    try:
        word = OF_STANCE[Stance(code)].word
    except ValueError:
        return code
    return word if word.lower() == code else f"{word} ({code})"


def plain(names: Names) -> Callable[[str], str]:
    return str


def looked_up(*lists: str) -> Callable[[Names], Callable[[str], str]]:
    def labelled(names: Names) -> Callable[[str], str]:
        known = {code: label for name in lists for code, label in getattr(names, name)}
        return lambda code: str(known.get(code, code))

    return labelled


LABELLED: dict[str, Callable[[Names], Callable[[str], str]]] = {
    "stance": lambda _: stance_in_words,
    "stances": lambda _: stance_in_words,
    "intervention": looked_up("interventions"),
    "interventions": looked_up("interventions"),
    "expect": looked_up("interventions"),
    "answers": looked_up("findings"),
    "finding": looked_up("findings"),
    "findings": looked_up("findings", "derived"),
    "known": looked_up("findings", "derived"),
    "cautions": looked_up("cautions"),
    "contested": looked_up("notes"),
    "questions": looked_up("questions"),
    "article": looked_up("articles"),
    "places": looked_up("references"),
}
