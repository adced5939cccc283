"""The evaluation that an assessment stands on: as of today while it is a draft, as of its day once it is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.observations import Observation
from pathways.engine.release import Release
from patients.findings.board import evaluation_of, read_answers, release_of
from patients.findings.unavailable import guarded_engine, refuse_own_difference
from patients.models import Assessment, SignedPlan


class NotWhatWasSigned(RuntimeError):
    """The rules come out otherwise than they did on the day of signing: nothing of it may be shown as that day's."""


@dataclass(frozen=True, slots=True)
class SignedFindings:
    """The answers that a signed body keeps, read as on the day of signing: what was left out then is left out now."""

    observations: dict[str, Observation]
    as_of: date

    @classmethod
    def of(cls, evaluated: Mapping[str, Any], release: Release) -> "SignedFindings":
        day = date.fromisoformat(evaluated["as_of"])
        return cls(read_answers(evaluated["findings"], release, as_of=day), day)

    def under(self, release: Release) -> Evaluation:
        return evaluate(release, self.observations, self.as_of)


def draft_evaluation(assessment: Assessment, *, today: date) -> Evaluation:
    return evaluation_of(assessment, today=today)


def signed_evaluation(plan: SignedPlan, assessment: Assessment) -> Evaluation:
    """From the answers in the signed body. Raises AlteredPlan, AdviceUnavailable and NotWhatWasSigned."""
    stored = plan.body_document["evaluated"]
    with guarded_engine(assessment):
        release = release_of(assessment)
        refuse_own_difference(release, assessment.release)
        evaluation = SignedFindings.of(stored, release).under(release)
        rules = {key: truth.value for key, truth in evaluation.rules.items()}
    if rules != stored["rules"]:
        raise NotWhatWasSigned(f"The rules of care plan {plan.pk} come out otherwise than when it was signed.")
    return evaluation
