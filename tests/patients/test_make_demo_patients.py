"""The demo patients: made through the services, once."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.selectors import demo_people
from audit.models import AuditEvent
from patients.models import Assessment, Patient, SignedPlan
from patients.nhs_number import read_nhs_number
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
    assert "11 demo patients were made" in made()
    wards = set()
    for person in demo_people():
        for patient in Patient.objects.visible_to(person):
            assert read_nhs_number(patient.nhs_number).startswith("999")
            wards.add(patient.ward.code)
    assert wards == {"NEURO", "MEDONC"}
    consultant = demo_people().get(username="consultant")
    assert SignedPlan.objects.visible_to(consultant).count() == 4
    assert Assessment.objects.visible_to(consultant).filter(state="draft").count() == 3
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
