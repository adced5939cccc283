"""What a signature and an answer are bound to: hashes of everything that was on the screen and goes into the plan."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from audit.payloads import canonical
from pathways.engine.currency import FindingState
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.explain import true_alternatives, why_true
from pathways.engine.release import Release
from pathways.engine.rules import Rule
from pathways.engine.vocabulary import Derived
from patients.models import Assessment, Patient
from patients.models.assessments import StoredAnswer

if TYPE_CHECKING:
    from patients.findings.board import StandingDecision

PARTS = {
    "patient": "the patient's details or allergies",
    "advice": "the advice",
    "findings": "the answers to the questions",
    "withdrawn": "the answers withdrawn as errors",
    "decisions": "the answers to the advice",
    "texts": "the wishes or the ceilings of care",
    "plan_details": "who does what in the plan",
}
PATIENT_FIELDS = (
    "family_name",
    "given_names",
    "preferred_name",
    "title",
    "nhs_number",
    "hospital_number",
    "sex",
    "consultant",
    "allergy_status",
    "tumour_kind",
)


def bound_parts(
    assessment: Assessment, evaluation: Evaluation, decisions: Mapping[str, "StandingDecision"]
) -> dict[str, Any]:
    """Of everything a signature confirms. The day itself is left out: only what it changes matters."""
    return {
        "patient": patient_fields(assessment.patient),
        "advice": {
            "release": evaluation.release.sha256,
            "rules": {key: truth.value for key, truth in evaluation.rules.items()},
            "verdicts": {code: verdict_fields(verdict) for code, verdict in evaluation.verdicts.items()},
        },
        "findings": {
            "used": {code: finding_fields(state) for code, state in evaluation.findings.items()},
            "stored": {code: stored_fields(stored) for code, stored in assessment.findings.items()},
        },
        "withdrawn": assessment.withdrawn,
        "decisions": {code: [str(standing.decision.pk), standing.fits] for code, standing in decisions.items()},
        "texts": [assessment.priorities, assessment.ceilings],
        "plan_details": assessment.plan_details,
    }


def patient_fields(patient: Patient) -> dict[str, Any]:
    """Everything of the patient that the plan names; the age follows from it and from the day."""
    return {
        **{name: getattr(patient, name) for name in PATIENT_FIELDS},
        "birth_date": patient.birth_date.isoformat(),
        "died_on": patient.died_on.isoformat() if patient.died_on else None,
        "ward": patient.ward.name,
        "allergies": [[one.substance, one.reaction, one.recorded_on.isoformat()] for one in patient.allergies.all()],
    }


def stored_fields(stored: StoredAnswer) -> list[Any]:
    """As it stands in the plan's list of findings, with who recorded it."""
    return [
        stored["value"],
        stored["unit"],
        stored["observed_on"],
        stored["origin"],
        stored["confirmed"],
        stored["why_unknown"],
        stored["refused"],
        stored["by"],
        stored["at"],
        stored.get("earlier"),
    ]


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


def advice_hash(verdict: Verdict, evaluation: Evaluation) -> str:
    """What an answer answers: the stance, whether it is settled, and the governing rules with what they say.

    Safety: of a prohibition also the facts behind it. Who gave it anyway weighed those, and not worse ones.
    """
    release = evaluation.release
    cautions = release.evidence.cautions.values()
    return sha256(
        {
            "intervention": verdict.intervention,
            "stance": verdict.stance.value if verdict.stance else None,
            "settled": verdict.settled,
            "governing": [rule_fields(rule, release) for rule in verdict.governing],
            "cautions": [
                [one.key, one.text, str(one.when or "")]
                for one in cautions
                if verdict.intervention in one.interventions
            ],
        }
        | ({"facts": facts_behind(verdict, evaluation)} if verdict.stance and verdict.stance.is_prohibition else {})
    )


def facts_behind(verdict: Verdict, evaluation: Evaluation) -> dict[str, str]:
    """The values that made the governing rules apply; for a derived finding also those that decided it."""
    terms = [term for rule in verdict.governing for term in why_true(evaluation, rule)]
    facts: dict[str, str] = {}
    while terms:
        code = terms.pop().finding
        variable = evaluation.release.vocabulary.variable(code)
        facts[code] = str(evaluation.known[code])
        if isinstance(variable, Derived):
            holding = [term for one in true_alternatives(evaluation, variable.when) for term in one.terms]
            terms += holding or variable.when.terms()
    return facts


def rule_fields(rule: Rule, release: Release) -> list[Any]:
    """Not the key alone: newer guidance may say something else under the same key."""
    cautions = release.evidence.cautions
    return [
        rule.key,
        rule.stance.value,
        str(rule.condition),
        rule.professional,
        [[key, cautions[key].text if key in cautions else ""] for key in rule.cautions],
        rule.lifted_by,
    ]


def sha256(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()
