"""The evaluation that an assessment stands on: as of today while it is a draft, as of its day once it is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.observations import Observation
from pathways.engine.release import Release
from patients.findings.board import observations_of, read_answers, release_of
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
    release = release_of(assessment)
    return evaluate(release, observations_of(assessment, release, as_of=today), today)


def signed_evaluation(plan: SignedPlan, assessment: Assessment) -> Evaluation:
    """From the answers in the signed body. Raises AlteredPlan and NotWhatWasSigned."""
    stored = plan.body_document["evaluated"]
    release = release_of(assessment)
    evaluation = SignedFindings.of(stored, release).under(release)
    if {key: truth.value for key, truth in evaluation.rules.items()} != stored["rules"]:
        raise NotWhatWasSigned(f"The rules of care plan {plan.pk} come out otherwise than when it was signed.")
    return evaluation
