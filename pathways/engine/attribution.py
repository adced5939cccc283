"""Why a verdict differs between two moments: other findings, time that passed, other guidance, or several of these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from pathways.engine.causes import Cause, Outcome, Outcomes, Share, outcome, reasons, rules_apart, shared
from pathways.engine.cones import cone_of_verdict, overtaking
from pathways.engine.evaluation import Evaluation, Verdict, evaluate
from pathways.engine.moved_codes import Observations, code_under, read_under
from pathways.engine.observations import Observation
from pathways.engine.release import Release


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was recorded, as it is read under a release, and the day it is evaluated on."""

    release: Release
    observations: Observations
    as_of: date


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """``before`` or ``after`` is None where that release does not know the intervention.

    ``between`` is what the earlier guidance says to the later findings. ``findings`` and ``aged`` are codes of the
    later release: those recorded differently, and those that grew too old, which make the difference. ``rules`` are
    keys of the rules through which the guidance makes it. With ``reasons_only`` the verdict is the same and rests on
    other rules or other words.
    """

    intervention: str
    before: Verdict | None
    between: Verdict | None
    after: Verdict | None
    reasons_only: bool
    causes: tuple[Cause, ...]
    share: Share
    findings: tuple[str, ...]
    aged: tuple[str, ...]
    rules: tuple[str, ...]


def attribute(earlier: Snapshot, later: Snapshot) -> tuple[VerdictChange, ...]:
    """Every verdict that differs, in the order of the later release and then what only the earlier one knew.

    Differing means: another stance, settled or not, satisfied or not; failing that, other governing rules or words.
    A side is a cause where the change would not have come, or not as far, without it: the guidance where the earlier
    release says something else to the later findings, the patient where the later release says something else to
    the earlier ones. The patient's side is told apart into findings and time in the same way.
    """
    return tuple(_Comparison(earlier, later).changes())


@dataclass(frozen=True, slots=True)
class Corners:
    """One release's view: nothing changed, only the findings, only the day, both."""

    start: Evaluation
    findings: Evaluation
    time: Evaluation
    end: Evaluation


class _Comparison:
    def __init__(self, earlier: Snapshot, later: Snapshot) -> None:
        self.earlier = earlier
        self.later = later
        source, target = earlier.release.vocabulary, later.release.vocabulary
        self.carried = read_under(earlier.observations, source, target)
        codes = dict.fromkeys((*self.carried, *later.observations))
        self.tried: dict[tuple[str, Observation | None], Evaluation] = {}
        self.changed = [code for code in codes if self.carried.get(code) != later.observations.get(code)]

    def changes(self) -> Iterator[VerdictChange]:
        start, end = self.under_earlier.start, self.under_later.end
        for intervention in dict.fromkeys((*end.verdicts, *start.verdicts)):
            before, after = start.verdicts.get(intervention), end.verdicts.get(intervention)
            if outcome(before) != outcome(after):
                yield self.change(intervention, outcome)
            elif reasons(before) != reasons(after):
                yield self.change(intervention, reasons)

    @cached_property
    def under_earlier(self) -> Corners:
        """Safety: an answer that stands unchanged is taken as it was, whatever the later codes made of it. HZ-29"""
        release, source = self.earlier.release, self.later.release.vocabulary
        new = read_under(self.later.observations, source, release.vocabulary)
        observations = dict(self.earlier.observations)
        for code in self.changed:
            known_as = code_under(code, source, release.vocabulary)
            if known_as is not None:
                put(observations, known_as, new.get(known_as))
        return self.corners(release, self.earlier.observations, observations)

    @cached_property
    def under_later(self) -> Corners:
        return self.corners(self.later.release, self.carried, self.later.observations)

    def corners(self, release: Release, old: Observations, new: Observations) -> Corners:
        then, now = self.earlier.as_of, self.later.as_of
        return Corners(
            start=evaluate(release, old, then),
            findings=evaluate(release, new, then),
            time=evaluate(release, old, now),
            end=evaluate(release, new, now),
        )

    def change(self, intervention: str, of: Outcomes) -> VerdictChange:
        old, new = self.under_earlier, self.under_later
        share = shared(*(said(one, intervention, of) for one in (old.start, old.end, new.start, new.end)))
        by_patient, by_guidance = share is not Share.SECOND, share is not Share.FIRST
        patient = self.of_patient(intervention, of) if by_patient else ()
        aged = self.deciding(intervention, of, self.grown_old, self.made_fresh) if Cause.TIME in patient else ()
        if Cause.PATIENT in patient and not aged:  # what grew old is not recorded any more: then that is what changed
            patient = (Cause.PATIENT,)
        causes = (*patient, *((Cause.GUIDANCE,) if by_guidance else ()))
        # Where each alone would have done it, the two releases agree in the end: they differ in what they said before.
        sides = (old.start, new.start) if share is Share.EITHER else (old.end, new.end)
        return VerdictChange(
            intervention=intervention,
            before=old.start.verdicts.get(intervention),
            between=old.end.verdicts.get(intervention),
            after=new.end.verdicts.get(intervention),
            reasons_only=of is reasons,
            causes=causes,
            share=share,
            findings=self.changed_findings(intervention, of, share) if Cause.PATIENT in causes else (),
            aged=aged,
            rules=rules_apart(intervention, *sides) if by_guidance else (),
        )

    def of_patient(self, intervention: str, of: Outcomes) -> tuple[Cause, ...]:
        """Under the release that shows the patient's part: the earlier one, unless only the later one does."""
        old = self.under_earlier
        moved = said(old.start, intervention, of) != said(old.end, intervention, of)
        corners = old if moved else self.under_later
        ways = (corners.start, corners.findings, corners.time, corners.end)
        match shared(*(said(one, intervention, of) for one in ways)):
            case Share.FIRST:
                return (Cause.PATIENT,)
            case Share.SECOND:
                return (Cause.TIME,)
            case _:
                return (Cause.PATIENT, Cause.TIME)

    @cached_property
    def grown_old(self) -> list[str]:
        """What stands recorded, counted on the earlier day, and does not count on the later one."""
        start, before, end = self.under_later.start, self.under_later.findings, self.under_later.end
        return [
            code
            for code in self.later.observations
            if end.recorded[code].fault is not None
            and (start.recorded[code].fault is None or before.recorded[code].fault is None)
        ]

    def changed_findings(self, intervention: str, of: Outcomes, share: Share) -> tuple[str, ...]:
        """Another value explains more than another date of the same value."""
        if share is Share.EITHER and (before := self.deciding_before(intervention, of)):
            return before
        then, now = self.carried, self.later.observations
        other_values = [code for code in self.changed if value_in(then, code) != value_in(now, code)]
        named = self.deciding(intervention, of, other_values, self.as_before)
        return named or self.deciding(intervention, of, self.changed, self.as_before)

    def as_before(self, code: str) -> Observation | None:
        return self.carried.get(code)

    def made_fresh(self, code: str) -> Observation | None:
        standing = self.later.observations.get(code)
        return replace(standing, observed_on=self.later.as_of) if standing else None

    def deciding(
        self, intervention: str, of: Outcomes, codes: Iterable[str], other: Callable[[str], Observation | None]
    ) -> tuple[str, ...]:
        """Those without which the verdict would be another; where no single one decides, all that could have a part."""
        cone = cone_of_intervention(self.later.release, intervention)
        candidates = self.later.release.vocabulary.in_order({code for code in codes if code in cone})
        final = said(self.under_later.end, intervention, of)
        single = tuple(
            code for code in candidates if said(self.evaluated_with(code, other(code)), intervention, of) != final
        )
        return single or candidates

    def deciding_before(self, intervention: str, of: Outcomes) -> tuple[str, ...]:
        """The same where only the earlier release makes a difference of them, by its own words for them."""
        release, end = self.earlier.release, self.under_earlier.end
        cone, deciding = cone_of_intervention(release, intervention), set()
        for code in self.changed:
            known_as = code_under(code, self.later.release.vocabulary, release.vocabulary)
            if known_as in cone:
                observations = dict(end.observations)
                put(observations, known_as, self.earlier.observations.get(known_as))
                before = evaluate(release, observations, end.as_of)
                if said(before, intervention, of) != said(end, intervention, of):
                    deciding.add(code)
        return self.later.release.vocabulary.in_order(deciding)

    def evaluated_with(self, code: str, observation: Observation | None) -> Evaluation:
        """Kept, because many verdicts depend on the same findings."""
        if (code, observation) not in self.tried:
            observations = dict(self.later.observations)
            put(observations, code, observation)
            self.tried[code, observation] = evaluate(self.later.release, observations, self.later.as_of)
        return self.tried[code, observation]


def said(evaluation: Evaluation, intervention: str, of: Outcomes) -> Outcome:
    return of(evaluation.verdicts.get(intervention))


def value_in(observations: Observations, code: str) -> object:
    return observations[code].value if code in observations else None


def put(observations: dict[str, Observation], code: str, observation: Observation | None) -> None:
    if observation is None:
        observations.pop(code, None)
    else:
        observations[code] = observation


def cone_of_intervention(release: Release, intervention: str) -> frozenset[str]:
    """Every finding that the verdict can depend on, with those that satisfy it and those that overtake others."""
    cone = cone_of_verdict(release, intervention)
    return cone | overtaking(release, cone)
