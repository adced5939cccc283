"""The demo patients: made through the services, once."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.selectors import demo_people
from audit.models import AuditEvent
from pathways.engine.cases import NOT_LISTED
from pathways.selectors import loaded
from patients.demo_worked import WORKED
from patients.findings import board_of
from patients.models import Assessment, Patient, SignedPlan
from patients.nhs_number import read_nhs_number
from patients.services.moments import NotInThePast, moment_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None, tmp_path: Path) -> None:
    call_command("make_demo_people", passwords=tmp_path / "passwords.json", stdout=StringIO())


def made() -> str:
    out = StringIO()
    call_command("make_demo_patients", stdout=out)
    return out.getvalue()


def test_patients_drafts_and_plans_on_two_wards(people: None) -> None:
    factories.shipped_release()
    assert "18 demo patients were made" in made()
    wards = set()
    for person in demo_people():
        for patient in Patient.objects.visible_to(person):
            assert read_nhs_number(patient.nhs_number).startswith("999")
            wards.add(patient.ward.code)
    assert wards == {"NEURO", "MEDONC"}
    consultant = demo_people().get(username="consultant")
    assert SignedPlan.objects.visible_to(consultant).count() == 8
    assert Assessment.objects.visible_to(consultant).filter(state="draft").count() == 9
    before = consultant.password
    consultant.refresh_from_db()
    assert consultant.password == before


def test_a_second_run_changes_nothing(people: None) -> None:
    factories.shipped_release()
    made()
    events = AuditEvent.objects.count()
    assert "there already" in made()
    assert AuditEvent.objects.count() == events


def test_not_in_live_mode(people: None, settings: object) -> None:
    settings.LM_MODE = "live"  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="live"):
        made()


def test_it_says_what_is_missing(db: None) -> None:
    with pytest.raises(CommandError, match="make_demo_people"):
        made()


def test_it_says_that_the_guidance_is_missing(people: None) -> None:
    with pytest.raises(CommandError, match="load_content"):
        made()


def test_a_course_of_ten_weeks_is_signed_four_times_and_the_log_says_when_it_was_written(people: None) -> None:
    factories.shipped_release()
    made()
    consultant = demo_people().get(username="consultant")
    plans = SignedPlan.objects.visible_to(consultant).filter(patient__family_name="Longcourse").order_by("number")
    today = timezone.localdate()
    assert [(today - timezone.localdate(plan.signed_at)).days for plan in plans] == [70, 49, 28, 7]
    assert [plan.assessment.findings["kps"]["value"] for plan in plans] == ["80", "90", "70", "80"]
    verdicts = [plan.body_document["evaluated"]["verdicts"]["intrathecal_chemotherapy"] for plan in plans]
    assert [one["stance"] for one in verdicts] == ["consider", "consider", "withhold", "consider"]
    assert [one["settled"] for one in verdicts] == [True, True, False, True]  # after the bleed flow is not known
    events = AuditEvent.objects.filter(action="patients.plan_signed")
    assert {timezone.localdate(event.at) for event in events} == {today}, "the log says when it was really written"


def test_the_worked_patients_have_the_verdicts_of_their_cases(people: None) -> None:
    release = loaded(factories.shipped_release()).engine
    made()
    consultant = demo_people().get(username="consultant")
    for worked in WORKED:
        patient = Patient.objects.visible_to(consultant).get(hospital_number=worked.hospital_number)
        assessment = Assessment.objects.visible_to(consultant).get(patient=patient)
        board = board_of(assessment, today=timezone.localdate())
        expected = release.safeguards.cases[worked.case].expect
        for code, verdict in board.evaluation.verdicts.items():
            wanted = expected.get(code, NOT_LISTED)
            stance = verdict.stance.value if verdict.stance else None
            assert (stance, verdict.settled) == (wanted.stance, wanted.settled), f"{worked.case} {code}"


def test_a_case_that_the_guidance_does_not_have_makes_no_patient(people: None) -> None:
    factories.newer_release(lambda document: document["safeguards"].update(cases=[]))
    assert "12 demo patients were made" in made()


@pytest.mark.parametrize("days", [-1, 1], ids=["past", "future"])
def test_nothing_is_dated_back_in_live_mode_and_nothing_forward_at_all(settings: object, days: int) -> None:
    settings.LM_MODE = "live" if days < 0 else "training"  # type: ignore[attr-defined]
    with pytest.raises(NotInThePast):
        moment_of(timezone.now() + timedelta(days=days))
