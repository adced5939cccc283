"""Observations recorded under one release as another release reads them: renamed codes forwards and backwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from pathways.engine.observations import BadFinding, Observation, read_observation
from pathways.engine.vocabulary import Finding, Kind, Renaming, Vocabulary

Observations = Mapping[str, Observation]
Place = tuple[str, str | None]  # a finding, or one of its options


def read_under(observations: Observations, source: Vocabulary, target: Vocabulary) -> dict[str, Observation]:
    """What the target would have known of the same answers; whatever it has no place for is unknown."""
    if source is target:
        return dict(observations)
    moving = _Moving(dict(observations))
    for one in undone_by(source, target):
        moving.back(one, target)
    for one in target.renamed:
        moving.along(one)
    return readable(moving.observations, target)


def code_under(code: str, source: Vocabulary, target: Vocabulary) -> str | None:
    """What a finding of the source is called in the target; None where the target has none."""
    probe = {code: Observation("", date.min, "")}
    moving = _Moving(probe)
    for one in undone_by(source, target):
        moving.back(one, target)
    for one in target.renamed:
        moving.along(one)
    return next((found for found in moving.observations if found in target.findings), None)


def undone_by(source: Vocabulary, target: Vocabulary) -> tuple[Renaming, ...]:
    """Renamings that only the source knows, the last first. One that joined two codes cannot be told apart again."""
    known = {(one.finding, one.option, one.to) for one in target.renamed}
    only_here = [one for one in source.renamed if (one.finding, one.option, one.to) not in known and one.to]
    joined: Counter[Place] = Counter(arrival(one) for one in only_here)
    return tuple(one for one in reversed(only_here) if joined[arrival(one)] == 1)


def arrival(renaming: Renaming) -> Place:
    return (renaming.finding, renaming.to) if renaming.option else (renaming.to or "", None)


@dataclass(slots=True)
class _Moving:
    observations: dict[str, Observation] = field(default_factory=dict)

    def along(self, renaming: Renaming) -> None:
        if renaming.option:
            self.change_option(renaming.finding, renaming.option, renaming.to)
        else:
            self.change_finding(renaming.finding, renaming.to)

    def back(self, renaming: Renaming, target: Vocabulary) -> None:
        """Only to what the target still has, and not away from what it has as well."""
        new = renaming.to or ""
        if not renaming.option:
            if renaming.finding in target.findings and new not in target.findings:
                self.change_finding(new, renaming.finding)
            return
        options = options_of(target.findings.get(renaming.finding))
        if renaming.option in options and new not in options:
            self.change_option(renaming.finding, new, renaming.option)

    def change_finding(self, old: str, new: str | None) -> None:
        """Safety: of two answers that differ neither is preferred."""
        moved = self.observations.pop(old, None)
        if moved is None or not new:
            return
        other = self.observations.get(new)
        if other is None:
            self.observations[new] = moved
        elif other.value != moved.value:
            del self.observations[new]

    def change_option(self, finding: str, old: str, new: str | None) -> None:
        standing = self.observations.get(finding)
        if standing is None or standing.value != old:
            return
        if new:
            self.observations[finding] = replace(standing, value=new, entered=new)
        else:
            del self.observations[finding]


def options_of(finding: Finding | None) -> Iterable[str]:
    return finding.option_codes() if finding is not None and finding.kind is not Kind.NUMBER else ()


def readable(observations: Observations, vocabulary: Vocabulary) -> dict[str, Observation]:
    read: dict[str, Observation] = {}
    for code, observation in observations.items():
        finding = vocabulary.findings.get(code)
        if finding is not None and (again := read_again(finding, observation)) is not None:
            read[code] = again
    return read


def read_again(finding: Finding, observation: Observation) -> Observation | None:
    is_number = isinstance(observation.value, Decimal)
    value = Decimal(observation.entered) if is_number else observation.value
    try:
        return read_observation(finding, value, observation.unit, observation.observed_on, date.max)
    except BadFinding:
        return None
