"""What the journeys share: the two sizes of screen, a clinic, the shipped guidance, a patient with a draft."""

from collections.abc import Iterator
from typing import Any

import pytest

from drills.rig.tcp_proxy import TcpProxy
from pathways.models import Release
from patients.models import Assessment, Patient
from tests import factories
from tests.browser.clinic import Clinic
from tests.cast import Cast

SEED = 20261122
SIZES = {"desk": {"width": 1440, "height": 900}, "tablet": {"width": 820, "height": 1180}}


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return SIZES[request.param]


@pytest.fixture
def release(db: None) -> Release:
    return factories.shipped_release()


@pytest.fixture
def patient(cast: Cast, release: Release) -> Patient:
    return factories.make_patient(cast.consultant, cast.neuro_oncology)


@pytest.fixture
def draft(cast: Cast, patient: Patient) -> Assessment:
    return factories.make_draft(cast.consultant, patient)


@pytest.fixture
def clinic(page: Any, live_server: Any, cast: Cast) -> Iterator[Clinic]:
    """A browser in which the consultant is signed in; afterwards nothing may have complained."""
    page.set_viewport_size(SIZES["desk"])
    page.set_default_timeout(8000)
    clinic = Clinic(page, live_server.url)
    clinic.signs_in(cast.consultant)
    yield clinic
    clinic.has_no_complaints()


@pytest.fixture
def network(clinic: Clinic, live_server: Any) -> Iterator[TcpProxy]:
    """Between the browser and the server; it behaves well until it is told otherwise."""
    with TcpProxy((live_server.thread.host, live_server.thread.port), seed=SEED) as proxy:
        clinic.server = f"http://localhost:{proxy.port}"
        yield proxy
