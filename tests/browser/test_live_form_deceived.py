"""The form deceived: answers of strangers, several faults one after another, and pages left in the middle of a save."""

from typing import Any

import pytest
from playwright.sync_api import expect

from drills.rig.tcp_proxy import TcpProxy
from patients.models import Assessment
from tests import factories
from tests.browser import steps
from tests.browser.clinic import Clinic
from tests.browser.network import then_each_save_has_one_effect
from tests.browser.test_crossing_answers import Held
from tests.browser.test_faults import saves_of
from tests.browser.test_sessions import signs_in_elsewhere
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PORTAL = "<p>Sign in to the hospital's network</p>"
ANSWERS = (("of a network", 200), ("of a proxy", 409))
LONG = "\N{CJK UNIFIED IDEOGRAPH-8A9E}" * 9000  # 81,000 bytes as a form sends it; a browser delivers 64 kB


def then_the_draft_holds(clinic: Clinic, draft: Assessment, code: str, value: str) -> None:
    for _ in range(60):
        draft.refresh_from_db()
        if draft.findings.get(code, {}).get("value") == value:
            return
        clinic.page.context.pages[-1].wait_for_timeout(100)
    raise AssertionError(f"{code} is {draft.findings.get(code)}")


@pytest.mark.parametrize("status", [one[1] for one in ANSWERS], ids=[one[0] for one in ANSWERS])
def test_an_answer_that_is_not_of_this_application_acknowledges_nothing(
    clinic: Clinic, draft: Assessment, status: int
) -> None:
    """As of a network that wants a sign-in."""
    clinic.opens_assessment(draft)
    before = clinic.page.locator("#recommendation-panel").inner_text()
    saves_of(clinic.page, lambda route, _: route.fulfill(status=status, headers={"Saved": "1"}, body=PORTAL))
    clinic.chooses("vte", "Established")
    steps.then_it_says_not_saved(clinic)
    expect(clinic.question("vte").locator("[data-unsaved-mark]")).to_have_text("Not saved yet")
    assert clinic.page.locator("#recommendation-panel").inner_text().replace("OUT OF DATE. ", "") == before
    assert PORTAL not in clinic.page.content()
    clinic.page.unroute_all(behavior="ignoreErrors")
    clinic.chooses("antithrombotic", "None")
    steps.then_the_draft_is_saved(clinic)
    draft.refresh_from_db()
    assert set(draft.findings) == {"vte", "antithrombotic"}
    then_each_save_has_one_effect(draft)


def test_nor_does_it_stand_where_the_advice_stands(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    steps.given_a_draft_with_a_bleed(draft, cast.consultant)
    clinic.opens_assessment(draft)
    clinic.page.route("**/decisions/**", lambda route: route.fulfill(status=200, body=PORTAL), times=1)
    card = clinic.card("best_supportive_care")
    card.get_by_role("button", name="Will do").click()
    expect(card.get_by_role("alert")).to_have_text("NOT SAVED: the server did not take this answer. Press again.")


def test_a_colleague_s_answer_comes_into_the_form_even_where_the_panel_is_not_renewed(
    cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    """Otherwise the form would bear a note that says more than it shows, and write the older answer back."""
    factories.save(draft, cast.consultant, steps.BLEEDING)
    clinic.opens_assessment(draft)
    draft.refresh_from_db()
    factories.save(draft, cast.registrar, {"kps": "30"})
    held = Held(clinic, f"**/assessments/{draft.pk}/")
    clinic.chooses("vte", "None")
    held.has_come()
    clinic.card("best_supportive_care").get_by_role("button", name="Will do").click()
    expect(clinic.card("best_supportive_care").locator(".given-answer")).to_contain_text("Will do")
    # When the answer to the save comes after that, and the newest panel cannot be had
    clinic.page.route(
        f"**/assessments/{draft.pk}/", lambda r: r.abort() if r.request.method == "GET" else r.continue_()
    )
    held.is_delivered()
    expect(clinic.question("kps").locator(".number-input")).to_have_value("30")
    with clinic.page.expect_response(steps.is_a_save):
        clinic.chooses("antithrombotic", "None")
    steps.then_the_record_holds(draft, "kps", "30")
    assert draft.findings["antithrombotic"]["value"] == "none"
    clinic.page.unroute_all(behavior="ignoreErrors")


def test_a_button_whose_save_failed_takes_nobody_away_later(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    address = clinic.page.url
    answers = iter([{"Retry-After": "-5"}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}])

    def answer(route: Any, number: int) -> None:
        if number <= 2:
            route.fulfill(status=429, headers=next(answers), body="")
        else:
            route.continue_()

    saves_of(clinic.page, answer)
    clinic.question("kps").locator(".number-input").fill("70")
    clinic.page.get_by_role("button", name="Save and close").click()
    steps.then_it_says_not_saved(clinic)
    steps.then_the_draft_is_saved(clinic)
    assert clinic.page.url == address
    steps.then_the_record_holds(draft, "kps", "70")
    then_each_save_has_one_effect(draft)


def test_what_was_typed_on_during_a_save_is_delivered_when_the_tab_is_closed(
    clinic: Clinic, network: TcpProxy, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    network.latency = 1.0
    clinic.question("kps").locator(".number-input").fill("10")
    clinic.page.locator("#save-line", has_text="Saving").wait_for()
    clinic.page.wait_for_timeout(600)
    clinic.question("kps").locator(".number-input").fill("100")
    clinic.page.close(run_before_unload=False)
    clinic.page.context.new_page()
    then_the_draft_holds(clinic, draft, "kps", "100")


def test_a_text_too_long_for_a_closing_tab_does_not_take_the_answers_with_it(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    steps.when_choosing(clinic, "vte", "None")
    with steps.when_it_is_saved(clinic):
        clinic.page.get_by_label("Ceilings of care").fill(LONG)
    clinic.question("kps").locator(".number-input").fill("70")
    clinic.page.close(run_before_unload=False)
    clinic.page.context.new_page()
    then_the_draft_holds(clinic, draft, "kps", "70")
    assert draft.ceilings == LONG


def test_what_was_put_back_during_a_save_is_delivered_and_a_long_text_with_it(
    clinic: Clinic, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    steps.when_typing(clinic, "kps", "70")
    # Given a change that the server has saved, and its answer is still on its way
    held = Held(clinic, f"**/assessments/{draft.pk}/")
    clinic.question("kps").locator(".number-input").fill("60")
    held.has_come()
    steps.then_the_record_holds(draft, "kps", "60")
    # When it is taken back, a long text is entered, and the tab is closed
    clinic.question("kps").locator(".number-input").fill("70")
    clinic.page.get_by_label("Ceilings of care").fill(LONG)
    clinic.page.close(run_before_unload=False)
    clinic.page.context.new_page()
    then_the_draft_holds(clinic, draft, "kps", "70")
    assert draft.ceilings == LONG
    then_each_save_has_one_effect(draft)


def test_signing_out_waits_for_the_last_answer(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.question("kps").locator(".number-input").fill("70")
    clinic.page.get_by_role("button", name="Sign out").click()
    clinic.page.wait_for_url("**/sign-in/**")
    steps.then_the_record_holds(draft, "kps", "70")
    then_each_save_has_one_effect(draft)


def test_no_connection_then_signed_out_then_somebody_else_and_back(
    clinic: Clinic, network: TcpProxy, live_server: Any, cast: Cast, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    page, banner, standing = (clinic.page, *map(clinic.page.locator, ("#connection-banner", "#panel-standing")))
    # Given a fault on top of a fault: no connection, and meanwhile somebody else signs in at this computer
    network.refuses = True
    network.close_connections()
    clinic.chooses("vte", "Established")
    expect(banner).to_contain_text("There is no connection.")
    signs_in_elsewhere(Clinic(page, live_server.url), cast.registrar).close()
    network.refuses = False
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Dr Samir Haddad is signed in on this computer now.")
    expect(page.locator("#save-line")).to_have_text("NOT SAVED")
    draft.refresh_from_db()
    assert draft.findings == {}
    # When the form's owner is back
    steps.when_entering_the_password(dialog, "Dr Jane Okafor")
    # Then it is saved once, under that name, and every sign of trouble is gone
    steps.then_the_draft_is_saved(clinic)
    expect(banner).to_have_text("")
    expect(standing).to_be_hidden()
    steps.then_the_record_holds(draft, "vte", "established")
    assert draft.findings["vte"]["by"] == "Dr Jane Okafor"
    then_each_save_has_one_effect(draft)
