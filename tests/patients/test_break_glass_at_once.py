"""The button pressed in several tabs at once: one access, one event, one notice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import User
from audit.models import AuditEvent
from patients.models import BreakGlassAccess, Patient
from patients.services.break_glass import end_access, open_by_break_glass
from tests import factories
from tests.cast import PASSWORD, Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
TABS = 4
ENTRIES = 2  # of the password; of more at once the later ones have to wait


@pytest.fixture(autouse=True)
def clock() -> None:
    """The real one: threads and a frozen clock do not go together."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return factories.make_patient(cast.consultant, cast.neuro_oncology)


def test_one_access(cast: Cast, patient: Patient) -> None:
    start = Barrier(ENTRIES)

    def press() -> BreakGlassAccess:
        try:
            user = User.objects.get(pk=cast.outsider.pk)
            start.wait()
            return open_by_break_glass(patient.pk, by=user, reason_code="emergency", reason_text="", password=PASSWORD)
        finally:
            connection.close()

    with ThreadPoolExecutor(ENTRIES) as threads:
        opened = [one.result() for one in [threads.submit(press) for _ in range(ENTRIES)]]
    assert len({access.pk for access in opened}) == 1
    assert BreakGlassAccess.objects.count() == 1
    assert AuditEvent.objects.filter(action="patients.break_glass_opened").count() == 1


def test_one_end(cast: Cast, patient: Patient) -> None:
    access = open_by_break_glass(
        patient.pk, by=cast.outsider, reason_code="emergency", reason_text="", password=PASSWORD
    )
    start = Barrier(TABS)

    def press() -> bool:
        try:
            user = User.objects.get(pk=cast.outsider.pk)
            start.wait()
            return end_access(access.pk, by=user) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as threads:
        ended = [one.result() for one in [threads.submit(press) for _ in range(TABS)]]
    assert sorted(ended) == [False] * (TABS - 1) + [True]
    assert AuditEvent.objects.filter(action="patients.break_glass_ended").count() == 1
