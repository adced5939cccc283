"""A patient of another ward, from the search to the record and out of it again, and the privacy officer's review."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from patients.models import Patient
from patients.nhs_number import in_groups
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.conftest import SIZES
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def elsewhere(cast: Cast, release: object) -> Patient:
    """A patient of a ward that is not the consultant's."""
    return factories.make_patient(
        cast.outsider, cast.cardiology, family_name="Elsewhere", given_names="Ruth", hospital_number="X20001"
    )


def looks_sound(clinic: Clinic) -> None:
    clinic.fits()
    clinic.is_accessible()


def searches(clinic: Clinic, words: str) -> None:
    clinic.page.get_by_label("Find a patient").fill(words)
    clinic.page.get_by_role("button", name="Search").click()


def test_opened_used_and_ended(cast: Cast, clinic: Clinic, elsewhere: Patient) -> None:
    page: Any = clinic.page
    page.set_viewport_size(SIZES["tablet"])
    clinic.opens("worklist")
    # When the name is searched, then nothing says that there is such a patient
    searches(clinic, "Elsewhere")
    expect(page.get_by_role("button", name="Open by break-glass")).to_have_count(0)
    # When the whole number is searched, then that is said, and not who it is
    searches(clinic, in_groups(elsewhere.nhs_number))
    expect(page.get_by_role("heading", name="in the care of another ward")).to_be_visible()
    assert "ELSEWHERE" not in page.locator("main").inner_text()
    looks_sound(clinic)
    page.get_by_role("button", name="Open by break-glass").click()
    expect(page.get_by_role("heading", name="Open a record of another ward")).to_be_visible()
    looks_sound(clinic)

    # When a field is left out, then the page says which, and keeps what was written
    page.get_by_label("In your own words").fill("Called by the ward")
    page.get_by_role("button", name="Open the record").click()
    expect(page).to_have_title("Error: Open a record of another ward - LM Pathways")
    expect(page.get_by_role("link", name="Choose why you open this record.")).to_be_visible()
    expect(page.get_by_role("link", name="Enter your password.")).to_be_visible()
    expect(page.get_by_label("In your own words")).to_have_value("Called by the ward")
    clinic.fits()

    # When it is complete, then the record is open, and says for how long
    page.get_by_label("I was asked for an opinion").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Open the record").click()
    banner = page.get_by_role("region", name="Patient")
    expect(banner).to_contain_text("ELSEWHERE, Ruth")
    expect(banner).to_contain_text("Opened by break-glass until")
    clinic.fits()
    record = page.url
    clinic.opens("worklist")
    expect(page.get_by_role("region", name="Opened by break-glass")).to_contain_text("ELSEWHERE, Ruth")
    looks_sound(clinic)

    # When it is ended, then the record is closed
    page.goto(record)
    banner.get_by_role("button", name="End now").click()
    expect(page.get_by_role("status")).to_contain_text("The access by break-glass has ended.")
    page.goto(record)
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    looks_sound(clinic)

    # And the privacy officer reviews it
    clinic.signs_in(cast.privacy_officer)
    page.goto(clinic.server)
    expect(page.get_by_role("row").filter(has_text="ELSEWHERE, Ruth")).to_contain_text("Called by the ward")
    review = page.get_by_role("link", name=re.compile("^Review"))
    place = review.bounding_box()
    assert place["x"] + place["width"] <= SIZES["tablet"]["width"], "the link stands outside of the screen"
    looks_sound(clinic)
    review.click()
    expect(page.get_by_role("heading", name="Your review")).to_be_visible()
    looks_sound(clinic)
    page.get_by_label("Justified", exact=True).check()
    page.get_by_role("button", name="Record the review").click()
    expect(page.get_by_text("Nothing waits for review.")).to_be_visible()
