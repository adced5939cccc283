"""Patients, assessments and plans for tests, made through the services, so that no impossible record exists."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User, Ward
from pathways.engine.release import build_release, canonical_json, content_hash
from pathways.models import Release
from pathways.services.releases import activate_release, add_release
from patients.findings import Answer, FormContext, board_of
from patients.models import Assessment, Patient, SignedPlan
from patients.nhs_number import check_digit
from patients.services.assessments import SavedDraft, Submission, save_draft, start_assessment
from patients.services.decisions import decide
from patients.services.patients import PatientFields, add_patient
from patients.services.plans import sign_plan
from patients.signing import unanswered
from patients.states import AdviceAnswer, SignatureMeaning
from tests.cast import PASSWORD
from tests.shipped import shipped_content, shipped_document

numbers = count(1)

# Settles nearly everything: nothing symptomatic, no bleed, flow open, good prognosis.
FAVOURABLE: dict[str, str] = {
    "lm_diagnosis": "established",
    "csf_cytology": "positive",
    "deposits": "linear",
    "kps": "80",
    "life_expectancy": "at_least_1_month",
    "primary_tumour": "other",
    "cranial_neuropathy": "no",
    "cord_compression": "no",
    "other_symptomatic_site": "no",
    "csf_flow": "unobstructed",
    "raised_icp": "no",
    "hydrocephalus": "none",
    "vte": "none",
    "antithrombotic": "none",
    "intrathecal_therapy": "none",
    "systemic_chemotherapy": "none",
    "craniospinal_rt": "none",
}
EVENTS = ("intracranial_bleed", "ventricular_device", "radiotherapy_to_block")


def shipped_release() -> Release:
    """The shipped content, in force."""
    release = add_release(shipped_content(), by=None)
    activate_release(release, by=None)
    return release


def newer_release(change: Callable[[dict[str, Any]], object]) -> Release:
    """The shipped content, changed; in force."""
    document = shipped_document()
    change(document)
    document["safeguards"]["cases"] = []  # what they expect is not what changed rules say, and then nobody is advised
    build_release(document)
    release = Release.objects.create(
        number=2,
        sha256=content_hash(document),
        title="Newer",
        status="under_review",
        document=canonical_json(document),
        created_by_name="test",
    )
    activate_release(release, by=None)
    return release


def nhs_number() -> str:
    """Of the 999 range, which is never given to anybody, with a valid check digit."""
    while True:
        first_nine = f"999{next(numbers):06d}"
        if digit := check_digit(first_nine):
            return first_nine + digit


def patient_fields(ward: Ward, **changed: Any) -> PatientFields:
    number = next(numbers)
    fields: dict[str, Any] = {
        "hospital_number": f"X{number:05d}",
        "nhs_number": nhs_number(),
        "family_name": f"Testcase{number}",
        "given_names": "Anna",
        "preferred_name": "",
        "title": "Ms",
        "birth_date": date(1961, 7, 14),
        "sex": "female",
        "ward": ward,
        "consultant": "Dr Jane Okafor",
        "allergy_status": "none_known",
        "allergies": (),
        "tumour_kind": "solid",
        "died_on": None,
    }
    return PatientFields(**fields | changed)


def make_patient(by: User, ward: Ward, **changed: Any) -> Patient:
    return add_patient(patient_fields(ward, **changed), by=by, duplicates_confirmed=True)


def make_draft(by: User, patient: Patient, answers: Mapping[str, str | Answer] | None = None) -> Assessment:
    assessment = start_assessment(patient, by=by)
    return save(assessment, by, answers).assessment if answers else assessment


def submission(assessment: Assessment, by: User, answers: Mapping[str, str | Answer], **changed: Any) -> Submission:
    """A form of the current state; events get today's date unless an Answer says otherwise."""
    today = timezone.localdate()
    typed = {code: answer_of(code, one, today) for code, one in answers.items()}
    fields: dict[str, Any] = {
        "context": FormContext.of(assessment, user=by, today=today),
        "key": uuid4(),
        "answers": typed,
        "priorities": assessment.priorities,
        "ceilings": assessment.ceilings,
    }
    return Submission(**fields | changed)


def answer_of(code: str, one: str | Answer, today: date) -> Answer:
    if isinstance(one, Answer):
        return one
    return Answer(one, observed_on=today.isoformat() if code in EVENTS and one else "")


def save(
    assessment: Assessment, by: User, answers: Mapping[str, str | Answer] | None = None, **changed: Any
) -> SavedDraft:
    return save_draft(assessment, by=by, submission=submission(assessment, by, answers or {}, **changed))


def answer_what_is_required(assessment: Assessment, by: User, *, except_for: Iterable[str] = ()) -> None:
    board = board_of(assessment, today=timezone.localdate())
    for obstacle in unanswered(board):
        if obstacle.intervention in except_for:
            continue
        discuss = board.evaluation.verdicts[obstacle.intervention].stance
        is_discuss = discuss is not None and discuss.value == "discuss"
        decide(
            assessment,
            by=by,
            intervention=obstacle.intervention,
            advice_hash=board.advice_hashes[obstacle.intervention],
            answer=AdviceAnswer.DISCUSS if is_discuss else AdviceAnswer.FOLLOW,
            discuss_at="Neuro-oncology meeting" if is_discuss else "",
        )


def signing(assessment: Assessment, **changed: Any) -> dict[str, Any]:
    """What `sign_plan` wants besides the assessment and the person; the board is the one of now."""
    arguments: dict[str, Any] = {
        "password": PASSWORD,
        "board_hash": board_of(assessment, today=timezone.localdate()).sha256,
        "meaning": SignatureMeaning.OWN_DECISIONS,
        "acknowledged_unsettled": True,
    }
    return arguments | changed


def make_plan(
    by: User, patient: Patient, answers: Mapping[str, str | Answer] | None = None, **changed: Any
) -> SignedPlan:
    assessment = make_draft(by, patient, {**FAVOURABLE, **(answers or {})})
    answer_what_is_required(assessment, by)
    return sign_plan(assessment, by=by, **signing(assessment, **changed))
