"""Which recorded findings still count on a day: the right age, not overtaken by an event, and asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from pathways.engine.observations import Observation
from pathways.engine.terms import value_test
from pathways.engine.vocabulary import Finding, Vocabulary


class Status(Enum):
    CURRENT = "current"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


class Reason(Enum):
    """Why a finding is not current."""

    NOT_RECORDED = "not recorded"
    TOO_OLD = "too old"
    OVERTAKEN = "overtaken"
    OVERTURNER_UNRECORDED = "an event that would overtake it is not recorded"
    ASKED_UNKNOWN = "not known whether it matters"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Recorded:
    """How an observation stands by its own date, before it is known whether it is asked for.

    ``fault`` is None where it counts. ``blocked_by`` names the findings that overtook it, or the unrecorded ones
    that may have.
    """

    observation: Observation | None
    fault: Reason | None
    blocked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingState:
    """What is known of a finding on the evaluation day; ``value`` is None unless it is current."""

    code: str
    status: Status
    value: str | Decimal | None
    reason: Reason | None
    observation: Observation | None
    blocked_by: tuple[str, ...] = ()


def recorded_states(
    vocabulary: Vocabulary, observations: Mapping[str, Observation], as_of: date
) -> dict[str, Recorded]:
    """Age first, then overtaking. Overtaking looks at what was recorded, current or not."""
    return {code: recorded_state(finding, observations, as_of) for code, finding in vocabulary.findings.items()}


def recorded_state(finding: Finding, observations: Mapping[str, Observation], as_of: date) -> Recorded:
    observation = observations.get(finding.code)
    if observation is None:
        return Recorded(None, Reason.NOT_RECORDED)
    if finding.valid_days is not None and (as_of - observation.observed_on).days > finding.valid_days:
        return Recorded(observation, Reason.TOO_OLD)
    overtaken: list[str] = []
    unrecorded: list[str] = []
    for term in finding.overtaken_by:
        other = observations.get(term.finding)
        if other is None:
            # An event of today cannot be later than an observation of today: then it does not matter.
            if observation.observed_on < as_of:
                unrecorded.append(term.finding)
        elif other.observed_on > observation.observed_on and value_test(term)(other.value):
            overtaken.append(term.finding)
    if overtaken:
        return Recorded(observation, Reason.OVERTAKEN, tuple(dict.fromkeys(overtaken)))
    if unrecorded:
        return Recorded(observation, Reason.OVERTURNER_UNRECORDED, tuple(dict.fromkeys(unrecorded)))
    return Recorded(observation, None)
