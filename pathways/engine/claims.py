"""Claims that some patient exists: each is said once and read by the solver, by the second checker and by replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar, assert_never

from pathways.engine.conditions import Alternative, Condition
from pathways.engine.safeguards import Promise, PromiseKind
from pathways.engine.stances import Stance

F = TypeVar("F")


class View(Protocol[F]):
    """What can be said of a patient, as a formula, as the set of patients it is true of, or as true or false."""

    def every(self, parts: Iterable[F]) -> F: ...

    def some(self, parts: Iterable[F]) -> F: ...

    def negation(self, part: F) -> F: ...

    def recorded(self, code: str) -> F:
        """The finding is recorded (and is not too old or overtaken)."""
        ...

    def known(self, code: str) -> F:
        """The finding or derived finding is current, or not applicable."""
        ...

    def has_value(self, code: str, value: str) -> F:
        """The derived finding has this value."""
        ...

    def holds(self, condition: Condition) -> F:
        """The condition is true."""
        ...

    def applies(self, key: str) -> F:
        """The rule is true."""
        ...

    def gives(self, intervention: str, stance: Stance | None) -> F:
        """The verdict on the intervention has this stance, or none."""
        ...

    def settled(self, intervention: str) -> F: ...

    def lies_in(self, code: str, region: int) -> F:
        """The number is recorded, with a value in this region."""
        ...

    def moved_to(self, code: str, region: int) -> Self:
        """The same patient, but for a value of the number that lies in this region."""
        ...


class Claim(Protocol):
    """Some patient is as ``stated``."""

    def stated(self, view: View[F]) -> F: ...


@dataclass(frozen=True, slots=True)
class Breaks:
    """A patient breaks a promise."""

    promise: Promise

    def stated(self, view: View[F]) -> F:
        promise = self.promise
        match promise.kind:
            case PromiseKind.NEVER:
                return view.every([self.condition(view), view.some(self.meant(view))])
            case PromiseKind.ONLY_WHERE:
                return view.every([view.negation(self.condition(view)), view.some(self.meant(view))])
            case PromiseKind.KNOWN:
                return view.every([view.negation(self.all_known(view)), view.some(self.meant(view))])
            case PromiseKind.ALWAYS:
                missing = view.negation(view.every(self.meant(view)))
                return view.every([self.condition(view), self.all_known(view), missing])
            case _:
                assert_never(promise.kind)

    def condition(self, view: View[F]) -> F:
        return view.holds(self.promise.when) if self.promise.when is not None else view.every(())

    def all_known(self, view: View[F]) -> F:
        return view.every([view.known(code) for code in self.promise.known])

    def meant(self, view: View[F]) -> list[F]:
        return [meant(view, self.promise, code) for code in self.promise.interventions]


def meant(view: View[F], promise: Promise, intervention: str) -> F:
    """The verdict on one intervention is one that the promise speaks of."""
    if promise.stances:
        stance = view.some([view.gives(intervention, stance) for stance in promise.stances])
    else:
        stance = view.negation(view.gives(intervention, None))
    return view.every([stance, view.settled(intervention)]) if promise.settled else stance


@dataclass(frozen=True, slots=True)
class IsTouched:
    """A patient whom a promise speaks of at all: otherwise it holds for want of patients."""

    promise: Promise

    def stated(self, view: View[F]) -> F:
        breaks = Breaks(self.promise)
        match self.promise.kind:
            case PromiseKind.NEVER:
                return breaks.condition(view)
            case PromiseKind.ALWAYS:
                return view.every([breaks.condition(view), breaks.all_known(view)])
            case PromiseKind.ONLY_WHERE | PromiseKind.KNOWN:
                return view.some(breaks.meant(view))
            case _:
                assert_never(self.promise.kind)


@dataclass(frozen=True, slots=True)
class Applies:
    """A patient to whom one rule applies and none of the others does."""

    rule: str
    without: tuple[str, ...] = ()

    def stated(self, view: View[F]) -> F:
        return view.every([view.applies(self.rule), *(view.negation(view.applies(key)) for key in self.without)])


@dataclass(frozen=True, slots=True)
class Separates:
    """A patient to whom exactly one of two rules applies."""

    rules: tuple[str, str]

    def stated(self, view: View[F]) -> F:
        one, other = (view.applies(key) for key in self.rules)
        return view.every([view.some([one, other]), view.negation(view.every([one, other]))])


@dataclass(frozen=True, slots=True)
class AlternativeCounts:
    """A patient for whom one alternative holds and the others do not."""

    alternative: Alternative
    others: tuple[Alternative, ...] = ()

    def stated(self, view: View[F]) -> F:
        others = [view.negation(view.holds(Condition((other,)))) for other in self.others]
        return view.every([view.holds(Condition((self.alternative,))), *others])


@dataclass(frozen=True, slots=True)
class GivesValue:
    """A patient whose derived finding has this value."""

    code: str
    value: str

    def stated(self, view: View[F]) -> F:
        return view.has_value(self.code, self.value)


@dataclass(frozen=True, slots=True)
class HasNoOneValue:
    """A patient of whom every finding that matters is recorded, and whose derived finding has no value or two."""

    code: str
    values: tuple[str, str]
    findings: tuple[str, ...]

    def stated(self, view: View[F]) -> F:
        one, other = (view.has_value(self.code, value) for value in self.values)
        complete = view.every([view.recorded(code) for code in self.findings])
        none = view.negation(view.some([one, other]))
        return view.some([view.every([one, other]), view.every([complete, none])])


@dataclass(frozen=True, slots=True)
class FallsThrough:
    """A patient about whom nothing is said, but would be if one number were lower, and if it were higher."""

    finding: str
    region: int
    regions: int
    intervention: str | None = None
    derived: tuple[str, str] = ("", "")

    def stated(self, view: View[F]) -> F:
        at = [self.is_said(view.moved_to(self.finding, region)) for region in range(self.regions)]
        lower, here, higher = at[: self.region], at[self.region], at[self.region + 1 :]
        nothing = view.negation(here)
        return view.every([view.lies_in(self.finding, self.region), nothing, view.some(lower), view.some(higher)])

    def is_said(self, view: View[F]) -> F:
        if self.intervention is None:
            return view.has_value(*self.derived)
        return view.negation(view.gives(self.intervention, None))


@dataclass(frozen=True, slots=True)
class FallsTwice:
    """A patient to whom two rules apply of which only one would if a number were lower, only the other if higher."""

    finding: str
    region: int
    regions: int
    rules: tuple[str, str]

    def stated(self, view: View[F]) -> F:
        at = [view.moved_to(self.finding, region) for region in range(self.regions)]
        below, here, above = at[: self.region], at[self.region], at[self.region + 1 :]
        one, other = self.rules
        both = [here.applies(one), here.applies(other), view.lies_in(self.finding, self.region)]
        upwards = [self.only(below, one, other, view), self.only(above, other, one, view)]
        downwards = [self.only(below, other, one, view), self.only(above, one, other, view)]
        return view.every([*both, view.some([view.every(upwards), view.every(downwards)])])

    def only(self, views: list[View[F]], rule: str, other: str, view: View[F]) -> F:
        return view.some([here.every([here.applies(rule), here.negation(here.applies(other))]) for here in views])
