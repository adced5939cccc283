"""The board: everything that follows today from an assessment, and the hashes that bind answers to it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.services import canonical
from pathways.engine.currency import FindingState
from pathways.engine.evaluation import Evaluation, Verdict, evaluate
from pathways.engine.observations import BadFinding, Observation, read_observation
from pathways.engine.release import Release
from pathways.engine.vocabulary import Finding
from pathways.selectors import loaded, loaded_release
from patients.findings.typed_values import engine_value
from patients.models import Assessment, Decision
from patients.models.assessments import StoredAnswer
from patients.states import AdviceAnswer


@dataclass(frozen=True, slots=True)
class StandingDecision:
    """The last answer to an intervention's verdict; `fits` is false when the advice has changed since."""

    decision: Decision
    fits: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What is shown beside the form, reviewed and signed. `decisions` leaves out answers that were taken back."""

    assessment: Assessment
    evaluation: Evaluation
    sha256: str
    advice_hashes: dict[str, str]
    decisions: dict[str, StandingDecision]

    def fitting_decision(self, intervention: str) -> Decision | None:
        """The answer that counts: to the advice as it is now."""
        standing = self.decisions.get(intervention)
        return standing.decision if standing and standing.fits else None


def observations_of(assessment: Assessment, release: Release, *, as_of: date | None = None) -> dict[str, Observation]:
    """The stored answers as the engine takes them; what it would not take (any more) is left out, and so unknown."""
    findings = release.vocabulary.findings
    readable = {
        code: read_stored(findings[code], stored, as_of or date.max)
        for code, stored in assessment.findings.items()
        if code in findings
    }
    return {code: observation for code, observation in readable.items() if observation is not None}


def read_stored(finding: Finding, stored: StoredAnswer, as_of: date) -> Observation | None:
    if stored["value"] is None or stored["observed_on"] is None:
        return None
    day = date.fromisoformat(stored["observed_on"])
    try:
        return read_observation(finding, engine_value(finding, stored["value"]), stored["unit"], day, as_of)
    except BadFinding:
        return None


def release_of(assessment: Assessment) -> Release:
    """The compiled content; without a query where the assessment was selected together with its release."""
    if Assessment.release.field.is_cached(assessment):
        return loaded(assessment.release).engine
    return loaded_release(assessment.release_id).engine


def board_of(assessment: Assessment, *, today: date) -> Board:
    """Evaluates as of today, whatever day the assessment was last saved on."""
    release = release_of(assessment)
    evaluation = evaluate(release, observations_of(assessment, release, as_of=today), today)
    advice_hashes = {code: advice_hash(verdict) for code, verdict in evaluation.verdicts.items()}
    decisions = standing_decisions(assessment, advice_hashes)
    return Board(
        assessment=assessment,
        evaluation=evaluation,
        sha256=board_hash(assessment, evaluation, decisions),
        advice_hashes=advice_hashes,
        decisions=decisions,
    )


def standing_decisions(assessment: Assessment, advice_hashes: Mapping[str, str]) -> dict[str, StandingDecision]:
    latest = {decision.intervention: decision for decision in assessment.decisions.order_by("number")}
    return {
        code: StandingDecision(decision, fits=decision.advice_hash == advice_hashes.get(code))
        for code, decision in latest.items()
        if decision.answer != AdviceAnswer.UNDONE
    }


def advice_hash(verdict: Verdict) -> str:
    """What an answer answers: the stance, whether it is settled, and the rules that govern."""
    return sha256(
        {
            "intervention": verdict.intervention,
            "stance": verdict.stance.value if verdict.stance else None,
            "settled": verdict.settled,
            "governing": [rule.key for rule in verdict.governing],
        }
    )


def board_hash(assessment: Assessment, evaluation: Evaluation, decisions: Mapping[str, StandingDecision]) -> str:
    """Of everything a signature confirms. The day itself is left out: only what it changes matters."""
    return sha256(
        {
            "release": evaluation.release.sha256,
            "findings": {code: finding_fields(state) for code, state in evaluation.findings.items()},
            "rules": {key: truth.value for key, truth in evaluation.rules.items()},
            "verdicts": {code: verdict_fields(verdict) for code, verdict in evaluation.verdicts.items()},
            "not_counted": {
                code: [stored["why_unknown"], stored["refused"]]
                for code, stored in assessment.findings.items()
                if stored["value"] is None or stored["refused"]
            },
            "decisions": {code: [standing.decision.pk, standing.fits] for code, standing in decisions.items()},
            "texts": [assessment.priorities, assessment.ceilings],
        }
    )


def finding_fields(state: FindingState) -> list[Any]:
    observation = state.observation
    return [
        state.status.value,
        str(state.value) if state.value is not None else None,
        state.reason.value if state.reason else None,
        [observation.entered, observation.unit, observation.observed_on.isoformat()] if observation else None,
    ]


def verdict_fields(verdict: Verdict) -> list[Any]:
    return [
        verdict.stance.value if verdict.stance else None,
        verdict.settled,
        verdict.satisfied,
        list(verdict.needs),
        [rule.key for rule in verdict.governing],
        [rule.key for rule in verdict.overruled],
        [rule.key for rule in verdict.pending],
    ]


def sha256(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()
