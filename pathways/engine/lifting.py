"""What would change a verdict: the smallest sets of changed findings that give another one, each of them evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.explain import lifting_changes
from pathways.engine.possible_changes import Change, is_as_now, narrowed, possible_changes
from pathways.engine.reach import (
    Reach,
    evaluated_after,
    is_only_unknown,
    is_open,
    is_stricter,
    leaves_scope,
    needs_harm,
    reach_of,
)
from pathways.engine.release import Release

MOST_CHANGES = 3
MOST_TRIED = 400  # beyond this a third change is not looked for any further
WAYS_RETURNED = 6

Changes = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Changes, and the verdict that they lead to together."""

    changes: Changes
    then: Verdict

    @property
    def is_not_settled(self) -> bool:
        return is_open(self.then)


@dataclass(frozen=True, slots=True)
class WhatWouldChange:
    """``milder`` (not stricter) and ``stricter`` are the best of all ways, ``more_…`` says how many were left out.

    ``outside`` are changes after which a pathway that speaks now would no longer look at the patient: no way out of
    what it says. ``not_settled`` would reopen the verdict; ``answers`` are what each missing finding could do.
    """

    intervention: str
    milder: tuple[Way, ...]
    more_milder: int
    stricter: tuple[Way, ...]
    more_stricter: int
    not_settled: tuple[Way, ...]
    outside: tuple[Way, ...]
    answers: tuple[tuple[Way, ...], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """``waits`` says that the verdict is open, and worth following further; ``is_outside`` that a scope was left.

    ``is_no_way_out`` marks what is never offered as what would lift a verdict.
    """

    verdict: Verdict
    reach: Reach
    waits: bool
    is_outside: bool
    is_no_way_out: bool


@dataclass(slots=True)
class Search:
    """Every set of changes that was tried, with the verdict that it gives."""

    evaluation: Evaluation
    narrow: Release
    now: Verdict
    tried: dict[frozenset[Change], Tried] = field(default_factory=dict)

    def look(self, changes: Changes) -> Tried:
        key = frozenset(changes)
        if key not in self.tried:
            after = evaluated_after(self.evaluation, self.narrow, changes)
            then = after.verdicts[self.now.intervention]
            reach = reach_of(self.evaluation, after, self.now.intervention)
            waits = is_open(then) and not is_only_unknown(self.now, self.evaluation, after)
            is_outside = leaves_scope(self.now, self.evaluation, after)
            is_no_way_out = needs_harm(self.now, then, self.evaluation, changes)
            self.tried[key] = Tried(then, reach, waits, is_outside, is_no_way_out)
        return self.tried[key]


def what_would_change(evaluation: Evaluation, intervention: str) -> WhatWouldChange:
    """The smallest changes of findings, observed on the evaluation's day, that give the intervention another verdict.

    All changes of one and of two findings are tried; a third only where the verdict has three reasons at once, or where
    two leave it waiting for a third. While it is open already, two and three are tried of what it waits for. Whatever
    is returned was evaluated with the whole release. Nothing is offered that the vocabulary says cannot happen.
    """
    narrow = narrowed(evaluation.release, intervention)
    search = Search(evaluation, narrow, evaluation.verdicts[intervention])
    possible = possible_changes(evaluation, narrow, intervention)
    offered = [change for changes in possible.values() for change in changes if not is_as_now(evaluation, change)]
    for change in offered:
        search.look((change,))
    for pair in combinations(offered, 2) if not is_open(search.now) else ():
        if pair[0].finding != pair[1].finding and not any(permits(search, change) for change in pair):
            search.look(pair)
    break_three_reasons(search, possible)
    follow_what_is_needed(search, possible)
    return found_ways(search, possible)


def permits(search: Search, change: Change) -> bool:
    return search.look((change,)).reach is Reach.PERMISSION


def break_three_reasons(search: Search, possible: dict[str, Changes]) -> None:
    """Where a verdict has three reasons at once, each of them has to go."""
    for terms in lifting_changes(search.evaluation, search.now.intervention):
        codes = dict.fromkeys(term.finding for term in terms)
        if len(codes) == MOST_CHANGES and all(code in possible for code in codes):
            for changes in product(*(possible[code] for code in codes)):
                if not any(is_as_now(search.evaluation, change) for change in changes):
                    search.look(changes)


def follow_what_is_needed(search: Search, possible: dict[str, Changes]) -> None:
    """From what is not settled, record what it waits for: up to three changes, the result of today again included."""
    starts: list[Changes] = [()] if is_open(search.now) else []
    starts += [tuple(key) for key, tried in search.tried.items() if len(key) == 1 and tried.waits]
    for size in range(1, MOST_CHANGES + 1):
        grown: list[Changes] = []
        for start in [one for one in starts if len(one) == size - 1]:
            needs = search.look(start).verdict.needs if start else search.now.needs
            for changes in extended(start, needs, possible):
                if len(search.tried) >= MOST_TRIED:
                    return
                if search.look(changes).waits:
                    grown.append(changes)
        starts += grown


def extended(start: Changes, needs: Iterable[str], possible: dict[str, Changes]) -> Iterator[Changes]:
    changed = {change.finding for change in start}
    for code in needs:
        if code not in changed:
            yield from ((*start, change) for change in possible.get(code, ()))


def found_ways(search: Search, possible: dict[str, Changes]) -> WhatWouldChange:
    reached = {key: tried.reach for key, tried in search.tried.items()}
    smallest = [key for key, reach in reached.items() if reach is not Reach.NOWHERE and is_smallest(key, reached)]
    if is_open(search.now):
        smallest = [key for key in smallest if not is_one_answer(search, key) and not rules_out(search, key)]
    within = [key for key in smallest if not search.tried[key].is_outside and not search.tried[key].is_no_way_out]
    outside = [key for key in smallest if search.tried[key].is_outside and len(key) == 1]
    ways = ways_of(search, within)
    firm = [way for way in ways if not way.is_not_settled]
    milder = [way for way in firm if not is_stricter(way.then, search.now)]
    stricter = [way for way in firm if is_stricter(way.then, search.now)]
    return WhatWouldChange(
        intervention=search.now.intervention,
        milder=checked(search, milder[:WAYS_RETURNED]),
        more_milder=max(0, len(milder) - WAYS_RETURNED),
        stricter=checked(search, stricter[:WAYS_RETURNED]),
        more_stricter=max(0, len(stricter) - WAYS_RETURNED),
        not_settled=checked(search, reopening(search.now, ways)),
        outside=checked(search, ways_of(search, outside)),
        answers=answers_to_missing(search, possible),
    )


def ways_of(search: Search, keys: Iterable[frozenset[Change]]) -> list[Way]:
    position = search.evaluation.release.vocabulary.position
    ways = merged([Way(ordered(key, position), search.tried[key].verdict) for key in keys])
    return sorted(ways, key=lambda way: rank(way, position))


def reopening(now: Verdict, ways: list[Way]) -> list[Way]:
    """Of a permission, one change that leaves it open says enough; out of a prohibition every way counts."""
    is_free = now.stance is None or now.stance.is_permissive
    return [way for way in ways if way.is_not_settled and not (is_free and len(way.changes) > 1)][:WAYS_RETURNED]


def is_smallest(key: frozenset[Change], reached: dict[frozenset[Change], Reach]) -> bool:
    """No part of the set gets as far by itself; parts are asked by finding and value."""
    parts = (frozenset(part) for size in range(1, len(key)) for part in combinations(key, size))
    return all(reached[key].is_further_than(reached.get(part, Reach.NOWHERE)) for part in parts)


def is_one_answer(search: Search, key: frozenset[Change]) -> bool:
    """Said already by what each missing finding could do."""
    return len(key) == 1 and next(iter(key)).finding in search.now.needs


def rules_out(search: Search, key: frozenset[Change]) -> bool:
    return len(key) > 1 and is_stricter(search.tried[key].verdict, search.now)


def ordered(changes: Iterable[Change], position: dict[str, int]) -> Changes:
    return tuple(sorted(changes, key=lambda change: position[change.finding]))


def rank(way: Way, position: dict[str, int]) -> tuple[int, int, list[int]]:
    """Fewest changes first, then what permits or lifts, then the order of the vocabulary."""
    is_permission = way.then.settled and way.then.stance is not None and way.then.stance.is_permissive
    reach = 0 if is_permission else 1 if way.then.stance is None else 2
    return (len(way.changes), reach, [position[change.finding] for change in way.changes])


def merged(ways: list[Way]) -> list[Way]:
    """Ways that differ only in the option of one finding, and agree in the verdict, as one."""
    for place in range(MOST_CHANGES):
        groups: dict[object, Way] = {}
        for way in ways:
            key = alike_but_for(way, place)
            groups[key] = with_values(groups[key], place, way.changes[place]) if key in groups else way
        ways = list(groups.values())
    return ways


def alike_but_for(way: Way, place: int) -> object:
    """What ways share that may be said as one; a range of numbers is said by itself."""
    if place >= len(way.changes) or way.changes[place].region is not None:
        return way.changes
    others = (*way.changes[:place], way.changes[place].finding, *way.changes[place + 1 :])
    return (others, way.then.stance, way.then.settled, way.then.satisfied, way.then.needs)


def with_values(way: Way, place: int, more: Change) -> Way:
    change = Change(more.finding, (*way.changes[place].values, *more.values))
    return replace(way, changes=(*way.changes[:place], change, *way.changes[place + 1 :]))


def checked(search: Search, ways: list[Way]) -> tuple[Way, ...]:
    """Safety: what is offered was evaluated with the whole release, not only with the part that was searched."""
    whole = search.evaluation.release
    again = [
        replace(way, then=evaluated_after(search.evaluation, whole, way.changes).verdicts[search.now.intervention])
        for way in ways
    ]
    return tuple(
        one
        for one, way in zip(again, ways, strict=True)
        if (one.then.stance, one.then.settled) == (way.then.stance, way.then.settled)
    )


def answers_to_missing(search: Search, possible: dict[str, Changes]) -> tuple[tuple[Way, ...], ...]:
    """For every finding that the verdict waits for: each answer, and the verdict that it leads to."""
    return tuple(
        tuple(Way((change,), search.look((change,)).verdict) for change in possible[code])
        for code in search.now.needs
        if possible.get(code)
    )
