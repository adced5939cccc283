"""Makes the demo patients through the same services that the pages use, so that none of them is impossible."""

import copy
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.selectors import wards_of
from audit.events import Event
from audit.services import record
from pathways.engine.stances import Stance
from patients.demo import PATIENTS, DemoAssessment, DemoPatient
from patients.findings import Answer, FormContext, board_of
from patients.models import Assessment, Patient
from patients.nhs_number import check_digit
from patients.services.assessments import Submission, save_draft, start_assessment
from patients.services.decisions import decide
from patients.services.patients import AllergyEntry, PatientFields, add_patient, edit_patient, fields_of
from patients.services.plans import sign_plan
from patients.signing import unanswered
from patients.states import AdviceAnswer, SignatureMeaning


class DemoAnswerRefused(RuntimeError):
    """The demo patients do not fit the guidance in force any more."""


def make_demo_patients(people: Mapping[str, User]) -> int:
    """`people` by user name; returns how many patients were made. Whoever exists already stays untouched."""
    return sum(_make(demo, by=people[demo.by]) for demo in PATIENTS if demo.by in people)


@transaction.atomic
def _make(demo: DemoPatient, *, by: User) -> bool:
    """All of a patient or nothing, so that a second run can go on where the first one stopped."""
    details = _details(demo, by=by)
    if Patient.objects.visible_to(by).filter(hospital_number=details.hospital_number).exists():
        return False
    patient = add_patient(details, by=by, duplicates_confirmed=True)
    for planned in demo.assessments:
        _assess(patient, planned, by=by)
    if demo.died_days_ago is not None:
        died_on = timezone.localdate() - timedelta(days=demo.died_days_ago)
        edit_patient(patient, replace(fields_of(patient), died_on=died_on), by=by, revision=patient.revision)
    record(Event.DEMO_PATIENTS_MADE, by=by, patient=patient.pk, target=str(patient.pk))
    return True


def _details(demo: DemoPatient, *, by: User) -> PatientFields:
    first_nine = f"999000{demo.number:03d}"
    return PatientFields(
        hospital_number=f"X1{demo.number:04d}",
        nhs_number=f"{first_nine}{check_digit(first_nine)}",
        family_name=demo.family_name,
        given_names=demo.given_names,
        preferred_name=demo.preferred_name,
        title=demo.title,
        birth_date=demo.birth_date,
        sex=demo.sex,
        ward=wards_of(by).order_by("name")[0],
        consultant=by.display_name,
        allergy_status=demo.allergy_status,
        allergies=tuple(AllergyEntry(*entry) for entry in demo.allergies),
        tumour_kind=demo.tumour_kind,
        died_on=None,
    )


def _assess(patient: Patient, planned: DemoAssessment, *, by: User) -> None:
    today = timezone.localdate()
    assessment = start_assessment(patient, by=by)
    saved = save_draft(
        assessment,
        by=by,
        submission=Submission(
            context=FormContext.of(assessment, user=by, today=today),
            key=uuid4(),
            answers={
                code: Answer(value, observed_on=f"-{planned.days_ago.get(code, 0)}d")
                for code, value in planned.answers.items()
            },
            priorities=planned.priorities or assessment.priorities,
            ceilings=planned.ceilings or assessment.ceilings,
        ),
    )
    if saved.refusals:
        raise DemoAnswerRefused(f"{sorted(saved.refusals)}: {next(iter(saved.refusals.values())).message}")
    if planned.reassess_in is not None:
        _answer(saved.assessment, by=by)
        _sign(saved.assessment, planned.reassess_in, by=by)


def _answer(assessment: Assessment, *, by: User) -> None:
    board = board_of(assessment, today=timezone.localdate())
    for obstacle in unanswered(board):
        is_discuss = board.evaluation.verdicts[obstacle.intervention].stance is Stance.DISCUSS
        decide(
            assessment,
            by=by,
            intervention=obstacle.intervention,
            advice_hash=board.advice_hashes[obstacle.intervention],
            answer=AdviceAnswer.DISCUSS if is_discuss else AdviceAnswer.FOLLOW,
            discuss_at="Neuro-oncology meeting on Thursday" if is_discuss else "",
        )


def _sign(assessment: Assessment, reassess_in: int, *, by: User) -> None:
    """The demo people's passwords are random: a copy in memory, which is never saved, gets one that is known here."""
    today = timezone.localdate()
    signer, password = copy.copy(by), secrets.token_urlsafe()
    signer.set_password(password)
    sign_plan(
        assessment,
        by=signer,
        password=password,
        board_hash=board_of(assessment, today=today).sha256,
        meaning=SignatureMeaning.OWN_DECISIONS,
        reassess_by=today + timedelta(days=reassess_in),
        acknowledged_unsettled=True,
    )
