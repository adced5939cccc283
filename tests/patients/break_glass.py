"""Steps that the tests of break-glass share."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Membership, User
from patients.models import BreakGlassAccess, Patient
from patients.services.break_glass import open_by_break_glass
from tests import factories
from tests.cast import PASSWORD, Cast
from tests.patients.pages import address, text_of

NHS, HOSPITAL = "9990000018", "X10023"


def hidden_patient(cast: Cast) -> Patient:
    return factories.make_patient(
        cast.consultant,
        cast.neuro_oncology,
        family_name="Hiddenname",
        given_names="Anna",
        birth_date=date(1958, 3, 5),
        hospital_number=HOSPITAL,
        nhs_number=NHS,
    )


def open_it(patient: Patient, user: User, **changed: Any) -> BreakGlassAccess:
    told: dict[str, Any] = {"reason_code": "emergency", "reason_text": "", "password": PASSWORD}
    return open_by_break_glass(patient.pk, by=user, **told | changed)


def opened_at_night(patient: Patient, user: User) -> BreakGlassAccess:
    return open_it(patient, user, reason_code="other", reason_text="Asked by the night team")


def search(client: Client, query: str, birth_date: str = "") -> Any:
    return client.post(address("patient_search"), {"query": query, "birth_date": birth_date})


def note_in(response: Any) -> str:
    return text_of(response).split('name="note" value="')[1].split('"')[0]


def send(client: Client, note: str, **changed: str) -> Any:
    form = {"note": note, "reason_code": "cover", "reason_text": "", "password": PASSWORD}
    return client.post(address("break_glass_open"), form | changed)


def colleague_of_cardiology(cast: Cast) -> User:
    """A second senior of cardiology."""
    user = User.objects.create_user("second-outsider", password=PASSWORD)
    user.groups.set([Group.objects.get(name="senior")])
    Membership.objects.create(user=user, ward=cast.cardiology)
    return user
