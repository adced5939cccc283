"""A recorded patient as the evaluator itself sees it: what every witness is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pathways.engine.conditions import Condition
from pathways.engine.currency import Status
from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.records import read_record
from pathways.engine.regions import Region
from pathways.engine.release import Release
from pathways.engine.stances import Stance
from pathways.engine.truth import TRUE

Regions = Mapping[str, tuple[Region, ...]]


@dataclass(frozen=True)
class Replay:
    """A view of one evaluated patient, in which everything is true or false."""

    evaluation: Evaluation
    regions: Regions

    @classmethod
    def of(cls, release: Release, record: Mapping[str, Any], regions: Regions) -> Replay:
        read = read_record(release, record)
        return cls(evaluate(release, read.observations, read.as_of), regions)

    def every(self, parts: Iterable[bool]) -> bool:
        return all(parts)

    def some(self, parts: Iterable[bool]) -> bool:
        return any(parts)

    def negation(self, part: bool) -> bool:
        return not part

    def recorded(self, code: str) -> bool:
        return self.evaluation.recorded[code].fault is None

    def known(self, code: str) -> bool:
        return self.evaluation.findings[code].status is not Status.UNKNOWN

    def has_value(self, code: str, value: str) -> bool:
        return self.evaluation.findings[code].value == value

    def holds(self, condition: Condition) -> bool:
        return self.evaluation.truth_of(condition) is TRUE

    def applies(self, key: str) -> bool:
        return self.evaluation.rules[key] is TRUE

    def gives(self, intervention: str, stance: Stance | None) -> bool:
        return self.evaluation.verdicts[intervention].stance is stance

    def settled(self, intervention: str) -> bool:
        return self.evaluation.verdicts[intervention].settled

    def lies_in(self, code: str, region: int) -> bool:
        observation = self.evaluation.observations.get(code)
        return observation is not None and observation.value == self.regions[code][region].value

    def moved_to(self, code: str, region: int) -> Replay:
        before = self.evaluation
        observation = before.observations.get(code)
        if observation is None:
            return self
        moved = replace(observation, value=self.regions[code][region].value)
        observations = {**before.observations, code: moved}
        return Replay(evaluate(before.release, observations, before.as_of), self.regions)
