"""Nothing that identifies a patient turns up where it does not belong: addresses, logs, error pages, browser stores."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import caches
from playwright.sync_api import expect

from accounts.models import User
from audit.models import AuditEvent
from patients.models import Patient
from patients.views import patient as patient_views
from tests import factories
from tests.browser import steps
from tests.browser.clinic import Clinic
from tests.canaries import BIRTH_DATE, MARK, Canary, EveryLine, text_of_files
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = """async () => JSON.stringify([
  Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, history.state, window.name,
  indexedDB.databases ? (await indexedDB.databases()).map((one) => one.name) : [],
  window.caches ? await Promise.all((await caches.keys()).map(async (name) =>
    [name, (await (await caches.open(name)).keys()).map((request) => request.url)])) : [],
])"""


class Traffic:
    """What goes over the wire beside the pages themselves."""

    def __init__(self, page: Any) -> None:
        self.noted: list[str] = []
        self.error_pages: list[str] = []
        self.kept: list[str] = []
        page.context.on("request", self._asked)
        page.context.on("response", self._answered)

    def _asked(self, request: Any) -> None:
        self.noted.append(f"{request.method} {request.url} {request.headers}")

    def _answered(self, response: Any) -> None:
        self.noted.append(f"{response.status} {response.all_headers()}")

    def looks_into_the_browser(self, page: Any) -> None:
        self.kept.append(page.evaluate(KEPT))
        self.kept.append(json.dumps(page.context.cookies()))


@pytest.fixture
def canary() -> Canary:
    return Canary()


@pytest.fixture
def lines() -> Iterator[EveryLine]:
    listener = EveryLine()
    listener.listen()
    yield listener
    listener.stop()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def bird(cast: Cast, release: object, canary: Canary) -> Patient:
    return factories.make_patient(
        cast.consultant,
        cast.neuro_oncology,
        family_name=canary.of("family"),
        given_names=canary.of("given"),
        preferred_name=canary.of("preferred"),
        consultant=canary.of("consultant"),
        hospital_number=canary.hospital_number,
        nhs_number=canary.nhs_number,
        birth_date=BIRTH_DATE,
    )


def test_a_day_of_work_leaves_no_trace(
    page: Any,
    live_server: Any,
    cast: Cast,
    bird: Patient,
    canary: Canary,
    lines: EveryLine,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    page.set_default_timeout(8000)
    clinic, traffic = Clinic(page, live_server.url), Traffic(page)
    page.goto(live_server.url)
    when_somebody_mistypes(page)
    steps.when_signing_in(page, "consultant")
    when_searching(clinic, canary, traffic)
    when_editing(clinic, bird, canary, traffic)
    when_assessing_and_signing(clinic, cast.consultant, bird, canary, traffic)
    when_things_go_wrong(clinic, bird, canary, traffic, monkeypatch)
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_label("User name")).to_be_visible()
    traffic.looks_into_the_browser(page)
    # The tour really went everywhere
    assert AuditEvent.objects.filter(action="patients.plan_printed", patient_id=bird.pk).exists()
    assert len(traffic.error_pages) == 3
    assert any("RuntimeError" in line for line in lines.lines)
    printed = capfd.readouterr()
    places = {
        "addresses and headers": traffic.noted,
        "error pages": traffic.error_pages,
        "the browser": traffic.kept,
        "log lines": lines.lines,
        "output": [printed.out, printed.err],
        "e-mail": [f"{one.subject} {one.body}" for one in mail.outbox],
        "sessions": [str(one.get_decoded()) for one in Session.objects.all()],
        "caches": [str(vars(caches[name])) for name in settings.CACHES],
        "temporary files": [text_of_files(temporary)],
        "the log of acts, without the patient's key": [
            text for one in AuditEvent.everything.all() for text in plain(one)
        ],
    }
    hits = {name: [text for text in texts if canary.found_in(text)] for name, texts in places.items()}
    assert {name: found for name, found in hits.items() if found} == {}


def plain(event: AuditEvent) -> tuple[str, ...]:
    return (bytes(event.payload).decode(), event.reason, event.target, event.actor_name)


def when_somebody_mistypes(page: Any) -> None:
    """The password in the box for the name, as it happens."""
    page.get_by_label("User name").fill(f"{MARK}password")
    page.get_by_label("Password").fill(f"{MARK}secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def when_searching(clinic: Clinic, canary: Canary, traffic: Traffic) -> None:
    for query in (canary.of("family"), canary.nhs_number, canary.hospital_number, f"{canary.of('family')}, no one"):
        clinic.opens("worklist")
        clinic.page.get_by_label("Find a patient").fill(query)
        clinic.page.get_by_label("Date of birth").fill(BIRTH_DATE.isoformat())
        clinic.page.keyboard.press("Enter")
        clinic.page.wait_for_url("**/patients/search/")
        traffic.looks_into_the_browser(clinic.page)
    clinic.opens("worklist")
    clinic.page.get_by_role("link", name=canary.of("family").upper()).first.click()
    traffic.looks_into_the_browser(clinic.page)


def when_editing(clinic: Clinic, bird: Patient, canary: Canary, traffic: Traffic) -> None:
    page = clinic.page
    clinic.opens("patient_edit", bird.pk)
    page.get_by_label("Known allergies", exact=True).check()
    page.get_by_label("Substance").first.fill(canary.of("allergen"))
    page.get_by_label("Reaction").first.fill(canary.of("reaction"))
    page.get_by_label("NHS number").fill(f"{canary.of('number')} 1")  # refused
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("There is a problem").wait_for()
    page.get_by_label("NHS number").fill(canary.nhs_number)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The patient's details were saved.").wait_for()
    traffic.looks_into_the_browser(page)
    clinic.opens("patient_history", bird.pk)
    traffic.looks_into_the_browser(page)


def when_assessing_and_signing(
    clinic: Clinic, consultant: User, bird: Patient, canary: Canary, traffic: Traffic
) -> None:
    page = clinic.page
    draft = factories.make_draft(consultant, bird, factories.FAVOURABLE)
    clinic.opens_assessment(draft)
    with steps.when_it_is_saved(clinic):
        page.get_by_label("What matters to the patient").fill(canary.of("wishes"))
    with steps.when_it_is_saved(clinic):
        clinic.question("kps").locator(".number-input").fill(canary.of("kps"))  # refused, and kept in view
    with steps.when_it_is_saved(clinic):
        clinic.question("kps").locator(".number-input").fill("80")
    traffic.looks_into_the_browser(page)
    factories.answer_what_is_required(draft, consultant)
    clinic.opens("plan_sign", draft.pk)
    page.get_by_label("I made these decisions").check()
    page.get_by_label("Your password").fill(canary.of("password"))
    page.get_by_role("button", name="Sign the care plan").click()
    page.get_by_text("There is a problem").wait_for()
    traffic.looks_into_the_browser(page)
    steps.when_signing_the_plan(clinic)
    page.wait_for_url("**/plans/**")
    page.get_by_role("link", name="Print", exact=True).first.click()
    page.wait_for_url("**/print/")
    traffic.looks_into_the_browser(page)


def when_things_go_wrong(
    clinic: Clinic, bird: Patient, canary: Canary, traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not found, a form without its token, a crash in the middle of saving."""
    page = clinic.page
    page.goto(f"{clinic.server}/nothing/")
    traffic.error_pages.append(page.content())
    for spoil in ("token", "crash"):
        clinic.opens("patient_edit", bird.pk)
        page.get_by_label("Preferred name").fill(canary.of("typed"))
        if spoil == "token":
            page.evaluate("document.querySelector('main [name=csrfmiddlewaretoken]').value = 'x'")
        else:
            monkeypatch.setattr(patient_views, "edit_patient", crashes)
        with page.expect_navigation() as sent:
            page.get_by_role("button", name="Save", exact=True).click()
        assert sent.value.status == (403 if spoil == "token" else 500)
        traffic.error_pages.append(page.content())
        traffic.looks_into_the_browser(page)
    clinic.opens("worklist")


def crashes(*args: object, **kwargs: object) -> None:
    raise RuntimeError("Something went wrong in the middle of it.")
