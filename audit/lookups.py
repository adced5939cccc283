"""What the log needs of the applications above it to be read by people: who an id is, and what was changed, in words.

The log keeps ids and codes and knows nothing of patients, people and guidance; these applications stand above it and
register themselves here when they are ready.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

Values = Mapping[str, Any]
Registered = TypeVar("Registered")


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its label, which every auditor sees, and what it said before and after in words."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about. `targets` are what events about it say in their `target`, `events` further ones."""

    id: UUID
    name: str
    details: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    events: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of what was typed; without any, `problem` says why and what to type."""

    subjects: tuple[Subject, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a part of the guidance, as the answer to "who approved it?"."""

    title: str
    state: str
    written_by: str
    approved_by: tuple[str, ...]
    in_force: tuple[str, ...]
    note: str


class Subjects(Protocol):
    def find(self, typed: str) -> Found:
        """For patients by the exact number only."""

    def named(self, ids: Collection[UUID]) -> Mapping[UUID, Subject]:
        """Those that are known, without their targets and events."""

    def subject(self, subject_id: UUID) -> Subject | None: ...


class Guidance(Subjects, Protocol):
    def parts(self) -> tuple[Subject, ...]: ...

    def versions(self, part_id: UUID) -> tuple[VersionLine, ...]: ...


class Words(Protocol):
    def __call__(self, action: str, before: Values, after: Values) -> tuple[Change, ...]: ...


class NothingRegistered(RuntimeError):
    """The application that knows this is not installed."""


_patients: list[Subjects] = []
_people: list[Subjects] = []
_guidance: list[Guidance] = []
_words: dict[str, Callable[[], Words]] = {}


def register_patients(patients: Subjects) -> None:
    _patients[:] = [patients]


def register_people(people: Subjects) -> None:
    _people[:] = [people]


def register_guidance(guidance: Guidance) -> None:
    _guidance[:] = [guidance]


def register_words(prefix: str, make: Callable[[], Words]) -> None:
    """For events whose code begins with the prefix, such as `patients.`; made anew for every page."""
    _words[prefix] = make


def patients() -> Subjects:
    return _the(_patients)


def people() -> Subjects:
    return _the(_people)


def guidance() -> Guidance:
    return _the(_guidance)


class Explanations:
    """The words of every application, each made when the first event of its kind comes along."""

    def __init__(self) -> None:
        self._made: dict[str, Words] = {}

    def __call__(self, action: str, before: Values, after: Values) -> tuple[Change, ...]:
        prefix = next((prefix for prefix in _words if action.startswith(prefix)), "")
        if prefix not in self._made:
            self._made[prefix] = _words[prefix]() if prefix else plain_words
        return self._made[prefix](action, before, after)


def plain_words(action: str, before: Values, after: Values) -> tuple[Change, ...]:
    """For events that no application explains: the names of the fields and what they said."""
    return tuple(
        Change(label_of(name), was_and_is(plain(before.get(name)), plain(after.get(name)), name in before))
        for name in dict.fromkeys([*before, *after])
    )


def label_of(name: str) -> str:
    return name.replace("_", " ").capitalize()


def was_and_is(was: str, now: str, changed: bool) -> str:
    return f"{was} → {now}" if changed else now


def plain(told: object) -> str:
    match told:
        case None | "" | [] | {}:
            return "nothing recorded"
        case bool():
            return "yes" if told else "no"
        case list():
            return ", ".join(plain(one) for one in told)
        case dict():
            return ", ".join(f"{label_of(str(name)).lower()} {plain(one)}" for name, one in told.items())
        case _:
            return str(told)


def _the(registered: list[Registered]) -> Registered:
    if not registered:
        raise NothingRegistered("The application that explains this part of the log is not installed.")
    return registered[0]
