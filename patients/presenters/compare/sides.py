"""One side of a comparison: what was recorded, under which release, as of which day, and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from pathways.engine.attribution import Snapshot
from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.moved_codes import read_under
from pathways.models import Release
from pathways.selectors import LoadedRelease, may_advise
from patients.dates import short_date
from patients.findings import board_of
from patients.findings.board import Board
from patients.findings.renaming import moved_along
from patients.findings.unavailable import refuse_own_difference
from patients.models import Assessment, Decision, SignedPlan
from patients.models.assessments import StoredAnswer, WithdrawnAnswer
from patients.models.plans import AlteredPlan


@dataclass(frozen=True, slots=True)
class Side:
    """`name` with its `day` and a `note` heads a column; `caution` says where the record is not one to act on."""

    name: str
    day: str
    note: str
    caution: str
    release: Release
    evaluation: Evaluation
    answers: Mapping[str, StoredAnswer]
    withdrawn: tuple[WithdrawnAnswer, ...]
    decisions: Mapping[str, tuple[Decision, bool]]
    priorities: str
    ceilings: str
    is_hypothetical: bool = False

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.evaluation.release, self.evaluation.observations, self.evaluation.as_of)

    @property
    def may_advise(self) -> bool:
        """Safety: on a live system content that is not approved gives no advice, not even beside other advice. HZ-15"""
        return may_advise(self.release)


def named(assessment: Assessment) -> tuple[str, str, str]:
    """Name, day and note: ("Care plan 2", "22-Nov-2026", ""). A withdrawn plan is never named without saying so."""
    if assessment.is_draft:
        return "Draft", short_date(assessment.day), ""
    plan = assessment.plan
    note = "withdrawn as entered in error" if plan.is_withdrawn else ""
    return f"Care plan {plan.number}", short_date(timezone.localdate(plan.signed_at)), note


def name_of(assessment: Assessment) -> str:
    """ "Care plan 2, 22-Nov-2026"."""
    return ", ".join(part for part in named(assessment) if part)


def side_of(assessment: Assessment, *, today: date) -> Side:
    """A signed one as of the day of its plan, the draft as of today. Raises AlteredPlan."""
    day = today if assessment.is_draft else day_signed(assessment, assessment.plan)
    board = board_of(assessment, today=day)
    name, dated, note = named(assessment)
    return Side(
        name=name,
        day=dated,
        note=note,
        caution=caution_of(assessment),
        release=assessment.release,
        evaluation=board.evaluation,
        answers=assessment.findings,
        withdrawn=tuple(assessment.withdrawn),
        decisions=decisions_of(board),
        priorities=assessment.priorities,
        ceilings=assessment.ceilings,
    )


def under_guidance_in_force(side: Side, in_force: LoadedRelease) -> Side:
    """The same findings on the same day, read with the guidance in force; nobody has answered that advice."""
    now, then = in_force.engine, side.evaluation
    refuse_own_difference(now, in_force.record)
    observations = read_under(then.observations, then.release.vocabulary, now.vocabulary)
    return Side(
        name=f"The same under release {in_force.record.number}",
        day="",
        note="",
        caution="Not an assessment: what the guidance in force would say of the same findings on the same day.",
        release=in_force.record,
        evaluation=evaluate(now, observations, then.as_of),
        answers=moved_along(side.answers, now.vocabulary.renamed).answers,
        withdrawn=side.withdrawn,
        decisions={},
        priorities=side.priorities,
        ceilings=side.ceilings,
        is_hypothetical=True,
    )


def day_signed(assessment: Assessment, plan: SignedPlan) -> date:
    """Safety: what is compared is what was signed, or nothing is. HZ-14"""
    signed = plan.body_document["evaluated"]
    if signed["findings"] != assessment.findings:
        raise AlteredPlan(f"The answers of assessment {assessment.pk} are not those of its care plan {plan.pk}.")
    return date.fromisoformat(signed["as_of"])


def decisions_of(board: Board) -> dict[str, tuple[Decision, bool]]:
    return {code: (standing.decision, standing.fits) for code, standing in board.decisions.items()}


def caution_of(assessment: Assessment) -> str:
    if assessment.is_draft:
        return "Not signed."
    if not assessment.plan.is_withdrawn:
        return ""
    by = assessment.plan.withdrawal.by["name"]
    return f"Withdrawn as entered in error by {by}: {assessment.plan.withdrawal.reason}. Do not act on it."
