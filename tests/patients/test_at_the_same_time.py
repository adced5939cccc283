"""Two people at once: one draft, one save per revision, one signature."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from patients.findings import Answer, FormContext
from patients.models import Assessment, Patient, SavedChange, SignedPlan
from patients.permissions import NotAllowed, Reason
from patients.services.assessments import FormMovedOn, Submission, save_draft, start_assessment
from patients.services.patients import add_patient
from patients.services.plans import sign_plan
from patients.services.taken_numbers import PatientRefused
from tests import factories
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4


@pytest.fixture(autouse=True)
def clock() -> None:
    """The real one: threads and a frozen clock do not go together."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def release(transactional_db: None) -> object:
    return factories.shipped_release()


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return factories.make_patient(cast.consultant, cast.neuro_oncology)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised; they begin at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except (NotAllowed, FormMovedOn, PatientRefused) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_only_one_draft_is_opened(cast: Cast, patient: Patient, release: object) -> None:
    people = [fresh(cast.consultant) for _ in range(PEOPLE)]
    answers = together(*(lambda by=by: start_assessment(patient, by=by) for by in people))  # type: ignore[misc]
    assert sum(isinstance(answer, Assessment) for answer in answers) == 1
    refusals = [answer.reason for answer in answers if isinstance(answer, NotAllowed)]
    assert refusals == [Reason.DRAFT_IS_OPEN] * (PEOPLE - 1)
    assert Assessment.objects.visible_to(cast.consultant).count() == 1
    assert AuditEvent.objects.filter(action="patients.assessment_started").count() == 1


def sent(draft: Assessment, by: User, value: str, key: Any = None) -> Submission:
    context = FormContext.of(draft, user=by, today=timezone.localdate())
    return Submission(context=context, key=key or uuid4(), answers={"kps": Answer(value)}, priorities="", ceilings="")


def test_every_revision_is_written_once(cast: Cast, patient: Patient, release: object) -> None:
    draft = start_assessment(patient, by=cast.consultant)
    people = [fresh(cast.consultant) for _ in range(PEOPLE)]
    answers = together(
        *(
            lambda by=by, value=value: save_draft(draft, by=by, submission=sent(draft, by, value))  # type: ignore[misc]
            for by, value in zip(people, ("50", "60", "70", "80"), strict=True)
        )
    )
    assert sum(isinstance(answer, FormMovedOn) for answer in answers) == PEOPLE - 1
    draft.refresh_from_db()
    assert draft.revision == 2
    assert SavedChange.objects.count() == 1
    assert AuditEvent.objects.filter(action="patients.assessment_saved").count() == 1


def test_the_same_save_many_times_at_once_has_one_effect(cast: Cast, patient: Patient, release: object) -> None:
    draft = start_assessment(patient, by=cast.consultant)
    people = [fresh(cast.consultant) for _ in range(PEOPLE)]
    same = sent(draft, cast.consultant, "80", key=uuid4())
    answers = together(*(lambda by=by: save_draft(draft, by=by, submission=same) for by in people))  # type: ignore[misc]
    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
    assert {answer.assessment.revision for answer in answers} == {2}
    assert SavedChange.objects.count() == 1
    assert AuditEvent.objects.filter(action="patients.assessment_saved").count() == 1


def test_only_one_signature(cast: Cast, patient: Patient, release: object) -> None:
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    factories.answer_what_is_required(draft, cast.consultant)
    arguments = factories.signing(draft)
    # Two of them twice: more right passwords of one person at one instant would be made to wait.
    people = [fresh(one) for one in (cast.consultant, cast.registrar) * (PEOPLE // 2)]
    answers = together(*(lambda by=by: sign_plan(draft, by=by, **arguments) for by in people))  # type: ignore[misc]
    assert sum(isinstance(answer, SignedPlan) for answer in answers) == 1
    refusals = [answer.reason for answer in answers if isinstance(answer, NotAllowed)]
    assert refusals == [Reason.ASSESSMENT_SIGNED] * (PEOPLE - 1)


def test_only_one_record_per_nhs_number(cast: Cast) -> None:
    details = factories.patient_fields(cast.neuro_oncology)
    people = [fresh(cast.consultant) for _ in range(PEOPLE)]
    answers = together(
        *(lambda by=by: add_patient(details, by=by, duplicates_confirmed=True) for by in people)  # type: ignore[misc]
    )
    assert sum(isinstance(answer, Patient) for answer in answers) == 1
    assert sum(isinstance(answer, PatientRefused) for answer in answers) == PEOPLE - 1
