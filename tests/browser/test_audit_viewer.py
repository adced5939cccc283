"""An auditor who has never been here answers the three questions, with and without JavaScript."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from pathways.models import Release
from patients.models import Patient
from patients.nhs_number import in_groups
from tests import factories
from tests.browser.studio import Studio, desk
from tests.cast import PASSWORD, Cast
from tests.guidance import approve_everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(page: Any, live_server: Any, cast: Cast) -> Iterator[Studio]:
    yield from desk(page, live_server.url)


@pytest.fixture
def seen(cast: Cast, patient: Patient) -> Patient:
    draft = factories.make_draft(cast.consultant, patient, {"kps": "60"})
    factories.save(draft, cast.registrar, {"kps": "70"}, priorities="To be at home")
    return patient


def ask(office: Studio, question: str, typed: str) -> None:
    office.page.goto(office.server + "/audit/")
    part = office.page.get_by_role("region", name=question)
    part.get_by_role("textbox").fill(typed)
    part.get_by_role("button", name="Ask").click()


def test_the_three_questions(office: Studio, cast: Cast, seen: Patient, release: Release) -> None:
    approve_everything(cast, release)
    page = office.page
    office.signs_in(cast.auditor)
    page.goto(office.server)
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    office.looks_sound("entry")

    ask(office, "Who saw or changed this patient?", in_groups(seen.nhs_number))
    expect(page.get_by_text(f"NHS No. {in_groups(seen.nhs_number)}")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Dr Samir Haddad")).to_contain_text("Saved the assessment")
    assert re.search(r"/audit/patients/[0-9a-f-]{36}/$", page.url)
    office.looks_sound("patient")

    page.get_by_role("link", name="Give a reason to read clinical text").click()
    office.looks_sound("reason")
    page.get_by_label("Why do you need to read it?").fill("Complaint 2026-117")
    page.get_by_role("button", name="Show clinical text").click()
    line = page.get_by_role("row").filter(has_text="Dr Samir Haddad")
    line.locator("summary").first.click()
    expect(line.get_by_text("60, ")).to_contain_text("→ 70")
    office.looks_sound("patient with text")
    line.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Written in the same act")).to_be_visible()
    office.looks_sound("event")

    ask(office, "What did this user do?", "samir")
    expect(page.get_by_role("row").filter(has_text="Saved the assessment")).to_contain_text(seen.family_name.upper())
    office.looks_sound("person")
    page.get_by_label("Action").select_option(label="Signed the care plan")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No events in this period. The log starts")).to_be_visible()

    ask(office, "What changed in this guidance, and who approved it?", "findings and")
    versions = page.get_by_role("region", name="Table of versions")
    expect(versions.get_by_text(cast.second_reviewer.display_name)).to_be_visible()
    office.looks_sound("guidance")


def test_without_javascript(browser: Any, live_server: Any, cast: Cast, seen: Patient) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_label("User name").fill(cast.auditor.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("#question-patient").fill("999 000 0019")
    page.locator("#question-patient").press("Enter")
    expect(page.get_by_text("No patient has this number.")).to_be_visible()
    expect(page.locator("#question-patient")).to_have_value("999 000 0019")
    page.locator("#question-patient").fill(seen.hospital_number)
    page.locator("#question-patient").press("Enter")
    expect(page.get_by_role("row").filter(has_text="Dr Samir Haddad")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert download.value.suggested_filename.startswith("audit-patient-")
    context.close()
