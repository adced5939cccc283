"""The evaluation that an assessment stands on: as of today while it is a draft, as of its day once it is signed."""

from datetime import date

from pathways.engine.evaluation import Evaluation, evaluate
from patients.findings.board import observations_of, read_answers, release_of
from patients.models import Assessment, SignedPlan


class NotWhatWasSigned(RuntimeError):
    """The rules come out otherwise than they did on the day of signing: nothing of it may be shown as that day's."""


def draft_evaluation(assessment: Assessment, *, today: date) -> Evaluation:
    release = release_of(assessment)
    return evaluate(release, observations_of(assessment, release, as_of=today), today)


def signed_evaluation(plan: SignedPlan, assessment: Assessment) -> Evaluation:
    """From the answers in the signed body. Raises AlteredPlan and NotWhatWasSigned."""
    stored = plan.body_document["evaluated"]
    release, day = release_of(assessment), date.fromisoformat(stored["as_of"])
    evaluation = evaluate(release, read_answers(stored["findings"], release, as_of=day), day)
    if {key: truth.value for key, truth in evaluation.rules.items()} != stored["rules"]:
        raise NotWhatWasSigned(f"The rules of care plan {plan.pk} come out otherwise than when it was signed.")
    return evaluation
