"""Networks fail, colleagues save first: it is always said plainly, and nothing typed is lost."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from patients.models import Assessment
from tests.browser.clinic import Clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def saves_of(page: Any, answer: Any) -> list[dict[str, str]]:
    """Every save goes through `answer(route, number)`; returns the fields that were sent."""
    sent: list[dict[str, str]] = []

    def handle(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(route.request.post_data)
        answer(route, len(sent))

    page.route("**/assessments/**", handle)
    return sent


def key_in(post_data: str) -> str:
    return parse_qs(post_data)["key"][0]


@pytest.mark.parametrize("fault", ["server error", "too many requests", "no connection"])
def test_a_save_that_fails_is_repeated_by_itself_under_the_same_key(
    clinic: Clinic, draft: Assessment, fault: str
) -> None:
    clinic.opens_assessment(draft)

    def answer(route: Any, number: int) -> None:
        if number > 1:
            route.continue_()
        elif fault != "no connection":
            route.fulfill(status=500 if fault == "server error" else 429, body="")
        else:
            route.abort("connectionfailed")

    sent = saves_of(clinic.page, answer)
    # When the first save fails
    clinic.chooses("vte", "Established")
    clinic.page.locator("#save-line", has_text="NOT SAVED").wait_for()
    # Then it is said loudly, and the panel says that it is out of date
    clinic.page.get_by_role("alert").get_by_text("NOT SAVED and the recommendations do not include them").wait_for()
    assert clinic.page.locator(".panel-out-of-date").count() == 1
    if fault == "server error":
        clinic.is_accessible()
    # And it is sent again unchanged, and has one effect
    clinic.is_saved()
    assert clinic.page.locator("#connection-banner").inner_text() == ""
    assert len({key_in(one) for one in sent}) == 1
    draft.refresh_from_db()
    assert draft.revision == 2
    assert draft.findings["vte"]["value"] == "established"


def test_a_save_whose_answer_was_lost_is_not_saved_twice(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)

    def answer(route: Any, number: int) -> None:
        if number == 1:
            route.fetch()  # the server has saved it
            route.abort("connectionreset")  # and the answer got lost
        else:
            route.continue_()

    saves_of(clinic.page, answer)
    clinic.chooses("vte", "Established")
    clinic.page.locator("#save-line", has_text="NOT SAVED").wait_for()
    # When somebody goes on working meanwhile
    clinic.chooses("antithrombotic", "None")
    # Then both answers are stored, each once; the line says "Saved" between the two as well
    for _ in range(100):
        draft.refresh_from_db()
        if draft.revision >= 3:
            break
        clinic.page.wait_for_timeout(100)
    clinic.is_saved()
    draft.refresh_from_db()
    assert {code: one["value"] for code, one in draft.findings.items()} == {
        "vte": "established",
        "antithrombotic": "none",
    }
    assert draft.revision == 3


def test_an_older_answer_never_overwrites_a_newer_one(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)

    def answer(route: Any, number: int) -> None:
        if number == 1:
            clinic.page.wait_for_timeout(1500)
        route.continue_()

    saves_of(clinic.page, answer)
    clinic.chooses("lm_diagnosis", "Established")
    clinic.types("kps", "50")
    clinic.sees_card("best_supportive_care", "Do give best supportive care")
    clinic.is_saved()
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "50"
    assert clinic.question("kps").locator(".number-input").input_value() == "50"


def test_leaving_at_once_saves_first(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.chooses("vte", "Established")
    clinic.page.get_by_role("link", name="Worklist").click()
    clinic.page.wait_for_url(f"{clinic.server}/")
    draft.refresh_from_db()
    assert draft.findings["vte"]["value"] == "established"
