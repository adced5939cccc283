"""What was ever observed of a patient: every dated answer of the assessments once, without what was an error."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from pathways.engine.observations import Observation
from pathways.engine.vocabulary import Finding, Vocabulary
from patients.findings.board import read_stored
from patients.findings.renaming import moved_along, says_something
from patients.models import Assessment, SignedPlan
from patients.models.assessments import TEXT_LABELS, StoredAnswer, WithdrawnAnswer
from patients.states import AssessmentState, Origin

Key = tuple[str, str, date]  # finding, value as it was written with its unit, day of the observation


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment that counts: the open draft, or one behind a plan that was not withdrawn. Answers by their codes
    of now.
    """

    assessment: Assessment
    plan: SignedPlan | None
    answers: Mapping[str, StoredAnswer]
    unreadable: int

    @property
    def day(self) -> date:
        return self.assessment.day

    def has_value(self, code: str) -> bool:
        stored = self.answers.get(code)
        return stored is not None and stored["value"] is not None


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer of one day, from the first assessment that has it; the same answer carried forward is not another."""

    finding: Finding
    observation: Observation
    stored: StoredAnswer
    source: Assessed

    @property
    def day(self) -> date:
        return self.observation.observed_on

    @property
    def key(self) -> Key:
        return key_of(self.finding.code, self.stored, self.day)

    @property
    def entered_at(self) -> datetime:
        return datetime.fromisoformat(self.stored["at"])


@dataclass(frozen=True, slots=True)
class Past:
    """`answers` by day; `left_out` counts answers withdrawn as errors, `unreadable` what has no place any more."""

    assessed: tuple[Assessed, ...]
    answers: tuple[PastAnswer, ...]
    left_out: int
    unreadable: int

    def of(self, code: str) -> tuple[PastAnswer, ...]:
        return tuple(one for one in self.answers if one.finding.code == code)

    def source_of(self, code: str, stored: StoredAnswer) -> Assessed | None:
        """The first assessment in which the answer stood."""
        if stored["observed_on"] is None:
            return None
        key = key_of(code, stored, date.fromisoformat(stored["observed_on"]))
        return next((one.source for one in self.answers if one.key == key), None)


def past_of(
    assessments: Iterable[Assessment], plans: Iterable[SignedPlan], vocabulary: Vocabulary, *, today: date
) -> Past:
    """All answers under the codes of this vocabulary. Drafts that were discarded never counted."""
    plan_of = {plan.assessment_id: plan for plan in plans}
    oldest_first = sorted(assessments, key=lambda one: one.created_at)
    assessed = tuple(counted(one, plan_of.get(one.pk), vocabulary) for one in oldest_first if counts(one, plan_of))
    errors = withdrawn_answers(assessed, plan_of.values(), vocabulary)
    found: dict[Key, PastAnswer] = {}
    left_out = set()
    for one in assessed:
        for answer in answers_of(one, vocabulary, today):
            if is_withdrawn(answer, errors):
                left_out.add(answer.key)
            else:
                found.setdefault(answer.key, answer)
    in_order = sorted(found.values(), key=lambda one: (one.day, one.entered_at))
    return Past(assessed, tuple(in_order), len(left_out - found.keys()), sum(one.unreadable for one in assessed))


def counts(assessment: Assessment, plan_of: Mapping[UUID, SignedPlan]) -> bool:
    if assessment.state == AssessmentState.DRAFT:
        return True
    plan = plan_of.get(assessment.pk)
    return plan is not None and not plan.is_withdrawn


def counted(assessment: Assessment, plan: SignedPlan | None, vocabulary: Vocabulary) -> Assessed:
    moved = moved_along(assessment.findings, vocabulary.renamed)
    known = {code: stored for code, stored in moved.answers.items() if code in vocabulary.findings}
    foreign = [stored for code, stored in moved.answers.items() if code not in known and says_something(stored)]
    return Assessed(assessment, plan, known, len(foreign) + len(moved.set_aside))


def answers_of(assessed: Assessed, vocabulary: Vocabulary, today: date) -> Iterator[PastAnswer]:
    for code, stored in assessed.answers.items():
        finding = vocabulary.findings[code]
        if (observation := read_stored(finding, stored, today)) is not None:
            yield PastAnswer(finding, observation, stored, assessed)


def key_of(code: str, stored: StoredAnswer | WithdrawnAnswer, day: date) -> Key:
    return code, f"{stored['value']} {stored.get('unit') or ''}".strip(), day


def withdrawn_answers(
    assessed: Iterable[Assessed], plans: Iterable[SignedPlan], vocabulary: Vocabulary
) -> dict[Key, datetime]:
    """When each answer was last withdrawn as an error.

    What an open draft lost because the plan behind it was withdrawn is no error by itself: another plan may hold it.
    """
    with_a_plan = {plan.withdrawal.at for plan in plans if plan.is_withdrawn}
    found: dict[Key, datetime] = {}
    for one in assessed:
        for withdrawn in cast("list[WithdrawnAnswer]", one.assessment.withdrawn):
            at = datetime.fromisoformat(withdrawn["at"])
            key = withdrawn_key(withdrawn, vocabulary)
            if key is not None and at not in with_a_plan:
                found[key] = max(at, found.get(key, at))
    return found


def withdrawn_key(withdrawn: WithdrawnAnswer, vocabulary: Vocabulary) -> Key | None:
    """Under the code of now. None for what was no error (`not_used`), for texts, and for what has no place any more."""
    is_finding = withdrawn["code"] not in TEXT_LABELS and withdrawn["value"] is not None
    if withdrawn.get("not_used") or not is_finding or withdrawn["observed_on"] is None:
        return None
    moved = moved_along({withdrawn["code"]: as_stored(withdrawn)}, vocabulary.renamed).answers
    day = date.fromisoformat(withdrawn["observed_on"])
    return next((key_of(code, stored, day) for code, stored in moved.items()), None)


def as_stored(withdrawn: WithdrawnAnswer) -> StoredAnswer:
    return {
        "value": withdrawn["value"],
        "unit": withdrawn.get("unit"),
        "observed_on": withdrawn["observed_on"],
        "origin": Origin.ENTERED.value,
        "carried_from": None,
        "confirmed": False,
        "why_unknown": None,
        "refused": None,
        "by": withdrawn["by"],
        "at": withdrawn["at"],
    }


def is_withdrawn(answer: PastAnswer, errors: Mapping[Key, datetime]) -> bool:
    """Answered again after it was withdrawn, the same answer is true."""
    withdrawn_at = errors.get(answer.key)
    return withdrawn_at is not None and answer.entered_at <= withdrawn_at
