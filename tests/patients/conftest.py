"""What the tests of the patients' records share: a frozen day, the shipped guidance, a patient of neuro-oncology."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from pathways.models import Release
from patients.models import Assessment, Patient
from tests import factories
from tests.cast import Cast

NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def release(db: None) -> Release:
    return factories.shipped_release()


@pytest.fixture
def patient(cast: Cast) -> Patient:
    return factories.make_patient(cast.consultant, cast.neuro_oncology)


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: Release) -> Assessment:
    return factories.make_draft(cast.consultant, patient)
