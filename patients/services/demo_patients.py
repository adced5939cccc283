"""Makes the demo patients through the same services that the pages use, so that none of them is impossible."""

import copy
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.selectors import wards_of
from audit.events import Event
from audit.services import record
from pathways.engine.stances import Stance
from pathways.selectors import release_in_force
from patients.demo import PATIENTS, DemoAssessment, DemoPatient
from patients.demo_course import COURSE
from patients.demo_worked import BY as WORKED_BY
from patients.demo_worked import WORKED, Worked
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
    patients = (*PATIENTS, COURSE, *worked_as_demo())
    return sum(_make(demo, by=people[demo.by]) for demo in patients if demo.by in people)


def worked_as_demo() -> list[DemoPatient]:
    """The worked patients whose case the guidance in force has."""
    in_force = release_in_force()
    cases = in_force.engine.safeguards.cases if in_force else {}
    return [demo_of_case(one, cases[one.case].record) for one in WORKED if one.case in cases]


def demo_of_case(worked: Worked, record: Mapping[str, Any]) -> DemoPatient:
    as_of = date.fromisoformat(record["as_of"])
    answers, days_ago = {}, {}
    for code, given in record["findings"].items():
        written: Mapping[str, Any] = given if isinstance(given, Mapping) else {"value": given}
        answers[code] = f"{written['value']} {written.get('unit', '')}".strip()
        if "observed_on" in written:
            days_ago[code] = (as_of - date.fromisoformat(written["observed_on"])).days
    return DemoPatient(
        number=worked.number,
        by=WORKED_BY,
        family_name=worked.family_name,
        given_names=worked.given_names,
        title="",
        birth_date=worked.birth_date,
        sex=worked.sex,
        assessments=(DemoAssessment(answers, days_ago=days_ago),),
    )


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
    """With `weeks_ago` the whole assessment is dated back; the log keeps that it was written today."""
    at = timezone.now() - timedelta(weeks=planned.weeks_ago) if planned.weeks_ago else None
    today = timezone.localdate(at)
    assessment = start_assessment(patient, by=by, at=at)
    saved = save_draft(
        assessment,
        by=by,
        at=at,
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
        _answer(saved.assessment, by=by, at=at)
        _sign(saved.assessment, planned.reassess_in, by=by, at=at)


def _answer(assessment: Assessment, *, by: User, at: datetime | None) -> None:
    board = board_of(assessment, today=timezone.localdate(at))
    for obstacle in unanswered(board):
        is_discuss = board.evaluation.verdicts[obstacle.intervention].stance is Stance.DISCUSS
        decide(
            assessment,
            by=by,
            intervention=obstacle.intervention,
            advice_hash=board.advice_hashes[obstacle.intervention],
            answer=AdviceAnswer.DISCUSS if is_discuss else AdviceAnswer.FOLLOW,
            discuss_at="Neuro-oncology meeting on Thursday" if is_discuss else "",
            at=at,
        )


def _sign(assessment: Assessment, reassess_in: int, *, by: User, at: datetime | None) -> None:
    """The demo people's passwords are random: a copy in memory, which is never saved, gets one that is known here."""
    today = timezone.localdate(at)
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
        at=at,
    )
