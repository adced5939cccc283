"""Stored answers under a newer vocabulary: renamed findings and options moved along, the rest set aside in view."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pathways.engine.vocabulary import Renaming
from patients.models.assessments import StoredAnswer

TWO_ANSWERS = "The guidance in force asks one question where this was one of two. Answer it again."


@dataclass(frozen=True, slots=True)
class SetAside:
    """An answer that the newer vocabulary has no place for; `code` is the one under which it was stored last."""

    code: str
    stored: StoredAnswer
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The answers under their new codes; `told` names every change of a code, for the log."""

    answers: dict[str, StoredAnswer]
    set_aside: tuple[SetAside, ...] = ()
    told: tuple[str, ...] = ()


def moved_along(answers: Mapping[str, StoredAnswer], renamed: Iterable[Renaming]) -> Moved:
    """Renamings apply in their order, each to what the ones before it left. The answers given stay as they are."""
    moving = _Moving(dict(answers))
    for one in renamed:
        if one.option:
            moving.rename_option(one)
        else:
            moving.rename_finding(one)
    return Moved(moving.answers, tuple(moving.set_aside), tuple(moving.told))


@dataclass(slots=True)
class _Moving:
    answers: dict[str, StoredAnswer]
    set_aside: list[SetAside] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def rename_finding(self, renaming: Renaming) -> None:
        stored = self.answers.pop(renaming.finding, None)
        if stored is None:
            return
        if not renaming.to:
            self.put_aside(renaming.finding, stored, renaming.reason)
            return
        self.told.append(f"{renaming.finding} → {renaming.to}")
        other = self.answers.get(renaming.to)
        if other is None or not says_something(other):
            self.answers[renaming.to] = stored
        elif says_something(stored):
            self.merge(renaming, stored, other)

    def merge(self, renaming: Renaming, stored: StoredAnswer, other: StoredAnswer) -> None:
        """Safety: of two answers that differ neither is preferred; both stay in view and the question is open."""
        self.put_aside(renaming.finding, stored, TWO_ANSWERS)
        if (stored["value"], stored["unit"]) != (other["value"], other["unit"]):
            self.put_aside(renaming.to or "", self.answers.pop(renaming.to or ""), TWO_ANSWERS)

    def rename_option(self, renaming: Renaming) -> None:
        stored = self.answers.get(renaming.finding)
        if stored is None:
            return
        earlier = stored.get("earlier")
        if stored["value"] == renaming.option:
            self.replace_value(renaming, stored)
        elif earlier is not None and earlier["value"] == renaming.option:
            self.replace_earlier(renaming, stored, earlier)

    def replace_value(self, renaming: Renaming, stored: StoredAnswer) -> None:
        if renaming.to:
            self.tell_option(renaming)
            self.answers[renaming.finding] = {**stored, "value": renaming.to}
        else:
            self.put_aside(renaming.finding, self.answers.pop(renaming.finding), renaming.reason)

    def replace_earlier(self, renaming: Renaming, stored: StoredAnswer, earlier: StoredAnswer) -> None:
        """The answer that is kept beside a refused one; without it the refused one stands alone."""
        kept: StoredAnswer = {**stored}
        if renaming.to:
            self.tell_option(renaming)
            kept["earlier"] = {**earlier, "value": renaming.to}
        else:
            self.put_aside(renaming.finding, kept.pop("earlier"), renaming.reason)
        self.answers[renaming.finding] = kept

    def put_aside(self, code: str, stored: StoredAnswer, reason: str) -> None:
        if says_something(stored):
            self.set_aside.append(SetAside(code, stored, reason))

    def tell_option(self, renaming: Renaming) -> None:
        self.told.append(f"{renaming.finding}: {renaming.option} → {renaming.to}")


def says_something(stored: StoredAnswer) -> bool:
    """A value, or something typed that was refused; why nothing is known says nothing about the patient."""
    return stored["value"] is not None or stored["refused"] is not None
