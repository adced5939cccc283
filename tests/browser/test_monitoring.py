"""An editor sees a rule that stopped applying, and an auditor lists whom a release advised."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pathways.models import Release, RuleFirings
from patients.models import Patient
from tests import factories
from tests.browser.studio import Studio, desk
from tests.cast import Cast
from tests.guidance import RULE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(page: Any, live_server: Any, cast: Cast) -> Iterator[Studio]:
    yield from desk(page, live_server.url)


@pytest.fixture
def stopped(release: Release) -> None:
    today = timezone.localdate()
    RuleFirings.objects.bulk_create(
        RuleFirings(day=today - timedelta(weeks=ago), release=release, rule=RULE, plans=2, applied=ago > 10, unknown=0)
        for ago in range(1, 41)
    )


def test_a_rule_that_stopped_is_found_from_the_desk(office: Studio, cast: Cast, stopped: None) -> None:
    page = office.page
    office.signs_in(cast.editor)
    office.opens("guidance")
    page.get_by_role("link", name="Firing rates (1 stopped)").click()
    expect(page.get_by_text("Alarm: Stopped applying")).to_be_visible()
    office.looks_sound("firing rates")
    page.get_by_role("heading", name=RULE).get_by_role("link").click()
    expect(page.get_by_role("table")).to_contain_text("No plans")
    office.looks_sound("firing rate of a rule")


def test_whom_a_release_advised_is_listed_and_taken_along(
    office: Studio, cast: Cast, patient: Patient, tmp_path: Path
) -> None:
    plan = factories.make_plan(cast.consultant, patient)
    page = office.page
    office.signs_in(cast.auditor)
    page.goto(office.server + "/audit/")
    page.get_by_role("link", name="Who got advice from a release of the guidance?").click()
    page.locator("main").get_by_role("link", name="Release 1, under review", exact=True).click()
    page.get_by_role("button", name="List the patients").click()
    expect(page.get_by_text("Nobody was listed.")).to_be_visible()
    office.looks_sound("recall without a reason")
    page.get_by_label("Why do you need the patients’ names?").fill("Incident 2026-117")
    page.get_by_role("button", name="List the patients").click()
    expect(page.get_by_role("row").filter(has_text=patient.hospital_number)).to_contain_text("Care plan 1")
    office.looks_sound("recall")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export CSV").click()
    file = tmp_path / "recall.csv"
    downloading.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        row, end = csv.DictReader(lines)
    assert row["Record id"] == str(plan.pk)
    assert row["Taken along"].endswith(": Incident 2026-117")
    assert end["Patient"].startswith("End of the list: 1 of 1")
