"""The form on a network or a server that fails: it is said at once and plainly, and mends itself."""

import re
from itertools import cycle, islice
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import expect

from drills.rig.tcp_proxy import TcpProxy
from patients.models import Assessment
from tests.browser import steps
from tests.browser.clinic import Clinic, clean
from tests.browser.network import keys_sent, then_each_save_has_one_effect
from tests.browser.test_faults import saves_of
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 40
SOON = 5.0  # seconds until somebody knows that nothing is saved
RESETS = (
    ("vte", "Established", "established"),
    ("antithrombotic", "None", "none"),
    ("lm_diagnosis", "Established", "established"),
    ("vte", "None", "none"),
    ("systemic_chemotherapy", "Planned", "planned"),
)
ANSWERS = {
    401: "You have been signed out",
    403: "you may not change this record any more",
    404: "this record is not open to you any more",
    413: "the server refused the form",
    429: "The server was asked too often",
    500: "The server has a problem",
    503: "it cannot save at the moment",
}


def then_it_is_marked_as_not_saved(clinic: Clinic, code: str) -> None:
    expect(clinic.question(code).locator("[data-unsaved-mark]")).to_have_text("Not saved yet")
    expect(clinic.page.locator("#review-and-sign")).to_have_attribute("aria-disabled", "true")
    expect(clinic.page.locator("#sign-reason")).to_have_text("Review and sign waits until everything is saved.")


def then_nothing_is_marked(clinic: Clinic) -> None:
    steps.then_the_draft_is_saved(clinic)
    assert "".join(clinic.page.locator("[data-unsaved-mark]").all_inner_texts()) == ""
    expect(clinic.page.locator("#review-and-sign")).to_have_attribute("aria-disabled", "false")
    expect(clinic.page.locator("#connection-banner")).to_have_text("")
    expect(clinic.page.locator("#panel-standing")).to_be_hidden()


def test_on_a_network_that_resets_delays_and_swallows_no_answer_is_lost_or_doubled(
    clinic: Clinic, network: TcpProxy, draft: Assessment
) -> None:
    clinic.page.set_default_timeout(30000)
    clinic.opens_assessment(draft)
    sent = keys_sent(clinic.page)
    # Given resets of three in ten exchanges, until each kind has happened: before the server has saved, and after it
    network.reset_share, network.jitter = 0.3, 0.2
    expected: dict[str, str] = {}
    for code, words, value in islice(cycle(RESETS), MOST):
        clinic.chooses(code, words)
        expected[code] = value
        clinic.page.wait_for_timeout(500)
        if min(network.counts.resets_before, network.counts.resets_after) >= 1 and len(expected) > 3:
            break
    then_nothing_is_marked(clinic)
    network.reset_share = 0.0
    # And then delays of three seconds
    network.latency = 3.0
    clinic.chooses("vte", "Life-threatening")
    clinic.page.locator("#save-line", has_text="Saving").wait_for()
    then_nothing_is_marked(clinic)
    network.latency = 0.0
    # And then nothing that passes at all, in either direction
    network.black_hole = True
    began = monotonic()
    clinic.chooses("systemic_chemotherapy", "None")
    said = steps.then_it_says_not_saved(clinic)
    assert monotonic() - began < SOON
    assert said.startswith("The server does not answer yet.")
    then_it_is_marked_as_not_saved(clinic, "systemic_chemotherapy")
    network.black_hole = False
    then_nothing_is_marked(clinic)
    # Then the record holds the last answer to every question, each save once
    expected |= {"vte": "life_threatening", "systemic_chemotherapy": "none"}
    draft.refresh_from_db()
    assert {code: one["value"] for code, one in draft.findings.items()} == expected
    then_each_save_has_one_effect(draft)
    assert draft.revision - 1 <= len(set(sent))
    assert min(network.counts.resets_before, network.counts.resets_after, network.counts.swallowed) >= 1


@pytest.mark.parametrize("status", ANSWERS)
def test_whatever_the_server_refuses_it_is_said_and_marked(clinic: Clinic, draft: Assessment, status: int) -> None:
    clinic.opens_assessment(draft)
    before = clinic.page.locator("#recommendation-panel").inner_text()
    sent = saves_of(clinic.page, lambda route, _: route.fulfill(status=status, body="<p>An error page</p>"))
    clinic.chooses("vte", "Established")
    assert ANSWERS[status] in steps.then_it_says_not_saved(clinic)
    then_it_is_marked_as_not_saved(clinic, "vte")
    standing = clean(clinic.page.locator("#panel-standing").inner_text())
    assert re.fullmatch(
        r".+ since \d\d:\d\d\. These recommendations are from \d\d:\d\d and do not include your last answer\.", standing
    )
    # And no page of errors stands where the advice stands, nor is the answer gone
    assert clinic.page.locator("#recommendation-panel").inner_text().replace("OUT OF DATE. ", "") == before
    expect(clinic.question("vte").get_by_label("Established", exact=True)).to_be_checked()
    # And the server is not asked again and again
    clinic.page.wait_for_timeout(300)
    assert len(sent) <= 3
    clinic.page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("status", [413, 422])
def test_what_was_refused_and_is_undone_is_in_nobody_s_way(clinic: Clinic, draft: Assessment, status: int) -> None:
    clinic.opens_assessment(draft)

    def answer(route: Any, number: int) -> None:
        if number == 1:
            route.fulfill(status=status, headers={"HX-Retarget": "#form-moved-on"}, body="<p>Too long</p>")
        else:
            route.continue_()

    saves_of(clinic.page, answer)
    box = clinic.page.get_by_label("Ceilings of care")
    box.fill("Far too long")
    clinic.page.locator("#save-line", has_text="NOT SAVED").wait_for()
    expect(clinic.page.locator("#review-and-sign")).to_have_attribute("aria-disabled", "true")
    box.fill("")
    then_nothing_is_marked(clinic)


def test_an_answer_to_a_card_that_fails_is_said_on_the_card(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    steps.given_a_draft_with_a_bleed(draft, cast.consultant)
    clinic.opens_assessment(draft)
    clinic.page.route("**/decisions/**", lambda route: route.fulfill(status=503, body=""), times=1)
    card = clinic.card("best_supportive_care")
    card.get_by_role("button", name="Will do").click()
    expect(card.get_by_role("alert")).to_have_text("NOT SAVED: the server did not take this answer. Press again.")
    card.get_by_role("button", name="Will do").click()
    expect(card.locator(".given-answer")).to_contain_text("Will do")


def test_while_the_server_is_restarted_work_goes_on_and_is_saved_after_it(
    clinic: Clinic, network: TcpProxy, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    # Given a server that is gone in the middle of a save
    network.latency = 0.5
    clinic.chooses("vte", "Established")
    clinic.page.locator("#save-line", has_text="Saving").wait_for()
    clinic.page.wait_for_timeout(300)
    network.refuses = True
    network.close_connections()
    assert "There is no connection." in steps.then_it_says_not_saved(clinic)
    # When more is entered meanwhile
    clinic.chooses("antithrombotic", "None")
    clinic.question("kps").locator(".number-input").fill("70")
    standing = clinic.page.locator("#panel-standing")
    expect(standing).to_contain_text(
        re.compile(r"^Not connected since \d\d:\d\d\. These recommendations are from \d\d:\d\d ")
    )
    expect(standing).to_contain_text("and do not include your last 3 answers.")
    # Then it is all there when the server is back, without anybody doing anything
    network.refuses, network.latency = False, 0.0
    then_nothing_is_marked(clinic)
    draft.refresh_from_db()
    assert {code: one["value"] for code, one in draft.findings.items()} == {
        "vte": "established",
        "antithrombotic": "none",
        "kps": "70",
    }
    then_each_save_has_one_effect(draft)


def test_without_a_connection_it_is_said_before_anything_is_entered(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.page.context.set_offline(True)
    expect(clinic.page.locator("#connection-banner")).to_contain_text("There is no connection.")
    expect(clinic.page.locator("#panel-standing")).to_have_text(
        re.compile(r"^Not connected since \d\d:\d\d\. These recommendations are from \d\d:\d\d\.$")
    )
    clinic.chooses("vte", "Established")
    then_it_is_marked_as_not_saved(clinic, "vte")
    # When it is back, the answer is sent at once
    clinic.page.context.set_offline(False)
    then_nothing_is_marked(clinic)
    steps.then_the_record_holds(draft, "vte", "established")


def test_signing_waits_for_what_is_not_saved(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    address = clinic.page.url
    saves_of(clinic.page, fails_twice)
    clinic.chooses("vte", "Established")
    then_it_is_marked_as_not_saved(clinic, "vte")
    clinic.page.locator("#review-and-sign").press("Enter")
    clinic.page.wait_for_timeout(500)
    assert clinic.page.url == address
    then_nothing_is_marked(clinic)
    assert clinic.page.url == address
    clinic.page.locator("#review-and-sign").click()
    clinic.page.wait_for_url("**/sign/")


def fails_twice(route: Any, number: int) -> None:
    if number <= 2:
        route.fulfill(status=503, body="")
    else:
        route.continue_()
