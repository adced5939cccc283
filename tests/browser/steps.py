"""The sentences of the journeys: what is given, what somebody does, and what then stands on the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.models import User
from audit.models import AuditEvent
from patients.findings import Answer
from patients.models import Assessment
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.cast import PASSWORD

# Nothing on its way, nothing being swapped in.
UNSETTLED = ".htmx-request, .htmx-swapping, .htmx-settling, [aria-busy]"
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")
BLEEDING = {"lm_diagnosis": "established", "kps": "50", "intracranial_bleed": Answer("present", observed_on="-3d")}


def is_a_save(response: Any) -> bool:
    return bool(response.request.method == "POST" and "/assessments/" in response.url)


# Given


def given_what_is_asked_of_the_server(page: Any) -> list[Any]:
    """Fills while the page is used: every request that saves something."""
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    return asked


def given_somebody_listens(clinic: Clinic) -> None:
    """Counts how often the live region says something, as a screen reader would hear it."""
    clinic.page.evaluate(
        """() => {
          window.heard = [];
          const region = document.getElementById("advice-announcement");
          new MutationObserver(() => region.textContent.trim() && window.heard.push(region.textContent.trim()))
            .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )


def given_a_draft_with_a_bleed(draft: Assessment, by: User) -> None:
    factories.save(draft, by, BLEEDING)


# When


@contextmanager
def when_it_is_saved(clinic: Clinic) -> Iterator[None]:
    """What is done inside leads to one answer of the server; afterwards the page has come to rest."""
    with clinic.page.expect_response(is_a_save):
        yield
    then_the_page_is_still(clinic)


def when_choosing(clinic: Clinic, code: str, answer: str) -> None:
    with when_it_is_saved(clinic):
        clinic.chooses(code, answer)


def when_typing(clinic: Clinic, code: str, text: str) -> None:
    box = clinic.question(code).locator(".number-input")
    with when_it_is_saved(clinic):
        box.fill(text)


def when_typing_and_waiting(clinic: Clinic, code: str, text: str) -> None:
    """Until it is saved, however often it has to be sent."""
    clinic.question(code).locator(".number-input").fill(text)
    clinic.page.locator("#save-line", has_text="NOT SAVED").wait_for()
    then_the_draft_is_saved(clinic)


def when_the_session_ends() -> None:
    Session.objects.all().delete()


def when_entering_the_password(dialog: Any, name: str) -> None:
    dialog.get_by_label(f"Password of {name}").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()


def when_signing_in(page: Any, username: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()


def when_signing_the_plan(clinic: Clinic, *, meaning: str = "I made these decisions") -> None:
    page = clinic.page
    page.get_by_label(meaning).check()
    page.get_by_label("Your password").fill(PASSWORD)
    unsettled = page.get_by_label("I have seen which advice is not settled")
    if unsettled.count():
        unsettled.check()
    page.get_by_role("button", name="Sign the care plan").click()


# Then


def then_the_page_is_still(clinic: Clinic) -> None:
    expect(clinic.page.locator(UNSETTLED)).to_have_count(0)


def then_the_draft_is_saved(clinic: Clinic) -> None:
    clinic.page.locator("#save-line", has_text=SAVED).wait_for()
    then_the_page_is_still(clinic)


def then_it_says_not_saved(clinic: Clinic) -> str:
    """Beside the buttons and in the banner; returns what the banner says."""
    clinic.page.locator("#save-line", has_text="NOT SAVED").wait_for()
    banner = clinic.page.locator("#connection-banner", has_text="NOT SAVED")
    banner.wait_for()
    return clean(banner.inner_text())


def then_the_record_holds(assessment: Assessment, code: str, value: str | None) -> None:
    assessment.refresh_from_db()
    assert assessment.findings[code]["value"] == value


def saves_in_the_log() -> int:
    return AuditEvent.objects.filter(action="patients.assessment_saved").count()


def what_was_heard(clinic: Clinic) -> list[str]:
    heard: list[str] = clinic.page.evaluate("window.heard")
    return heard
