"""The form under faults, one test per risk: nothing typed is lost, doubled or shown as saved when it is not.

`docs/reference/form-faults.md` lists the risks with these tests.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from audit.models import AuditEvent
from drills.rig.tcp_proxy import TcpProxy
from patients.models import Assessment, SavedChange
from tests.browser import steps
from tests.browser.clinic import Clinic
from tests.browser.network import then_each_save_has_one_effect
from tests.browser.test_faults import saves_of
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT_ONCE = 20
ROUNDS = 8
ANSWERS = (("vte", "Established"), ("lm_diagnosis", "Established"), ("vte", "None"), ("antithrombotic", "None"))


def test_two_clinicians_change_one_answer_and_both_values_are_shown_with_author_and_time(
    new_context: Callable[..., Any], clinic: Clinic, cast: Cast, draft: Assessment
) -> None:
    colleague = Clinic(new_context(viewport={"width": 1440, "height": 900}).new_page(), clinic.server)
    colleague.signs_in(cast.registrar)
    clinic.opens_assessment(draft)
    colleague.opens_assessment(draft)
    # Given an answer of the consultant, which the registrar's page does not show
    steps.when_typing(clinic, "kps", "90")
    steps.when_choosing(clinic, "vte", "None")
    # When the registrar gives another one
    colleague.question("kps").locator(".number-input").fill("80")
    strip = colleague.page.locator("#form-moved-on")
    row = strip.get_by_role("row", name="Karnofsky")
    # Then nothing is written over, and both stand there, with who and when
    expect(row).to_contain_text(re.compile(r"90, .*Dr Jane Okafor, \d\d:\d\d.*80, ", re.DOTALL))
    expect(strip).to_contain_text("this stays as it is saved: Venous thromboembolism")
    expect(colleague.question("kps").locator(".number-input")).to_have_value("80")
    expect(colleague.question("kps").locator("[data-unsaved-mark]")).to_have_text("Not saved yet")
    steps.then_the_record_holds(draft, "kps", "90")
    colleague.is_accessible()
    # When the registrar chooses, line by line
    strip.get_by_role("button", name="Save as chosen").click()
    expect(strip).to_contain_text("Choose one in each line first.")
    row.get_by_label("80, ").check()
    strip.get_by_role("button", name="Save as chosen").click()
    steps.then_the_draft_is_saved(colleague)
    # Then the chosen answer stands, and what the consultant changed alone stands too, in the registrar's form as well
    steps.then_the_record_holds(draft, "kps", "80")
    steps.then_the_record_holds(draft, "vte", "none")
    expect(colleague.question("vte").get_by_label("None", exact=True)).to_be_checked()
    expect(colleague.page.locator("#also-editing")).to_contain_text("Dr Jane Okafor is also editing")
    # And a change of another question is saved beside it
    steps.when_choosing(clinic, "antithrombotic", "None")
    steps.then_the_draft_is_saved(clinic)
    steps.then_the_record_holds(draft, "kps", "80")
    steps.then_the_record_holds(draft, "antithrombotic", "none")
    expect(clinic.question("kps").locator(".number-input")).to_have_value("80")
    colleague.has_no_complaints()


def test_however_answers_cross_the_panel_ends_with_the_newest(
    clinic: Clinic, network: TcpProxy, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    network.jitter = 0.6
    for number in range(ROUNDS):
        clinic.chooses(*ANSWERS[number % len(ANSWERS)])
        clinic.page.wait_for_timeout(137 * (number % 4))
    clinic.chooses("vte", "Established")
    expect(clinic.question("vte").get_by_label("Established", exact=True)).to_be_checked()
    clinic.page.wait_for_timeout(700)
    steps.then_the_draft_is_saved(clinic)
    titles = clinic.page.locator(".advice-title").all_inner_texts()
    board = clinic.page.locator(".panel-content").get_attribute("data-board")
    # Then a page that is opened now shows the same
    network.jitter = 0.0
    clinic.opens_assessment(draft)
    assert clinic.page.locator(".advice-title").all_inner_texts() == titles
    assert clinic.page.locator(".panel-content").get_attribute("data-board") == board
    steps.then_the_record_holds(draft, "vte", "established")
    assert network.counts.exchanges >= ROUNDS / 2


def test_a_save_that_arrives_late_does_not_write_over_a_newer_one(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    held: list[Any] = []

    def answer(route: Any, number: int) -> None:
        if number == 1:
            held.append((route.request.post_data, route.request.headers))
            route.abort("connectionreset")
        else:
            route.continue_()

    saves_of(clinic.page, answer)
    # Given a save that got lost on its way, was sent again, and was followed by a newer one
    steps.when_typing_and_waiting(clinic, "kps", "50")
    steps.when_typing(clinic, "kps", "70")
    steps.then_the_draft_is_saved(clinic)
    # When the first one arrives after all
    body, headers = held[0]
    late = clinic.page.request.post(f"{clinic.server}/assessments/{draft.pk}/", data=body, headers=headers)
    # Then it has no effect of its own
    assert late.status == 200
    steps.then_the_record_holds(draft, "kps", "70")
    then_each_save_has_one_effect(draft)


def test_the_last_keystroke_is_saved_and_saved_is_said_only_then(
    clinic: Clinic, network: TcpProxy, draft: Assessment
) -> None:
    clinic.opens_assessment(draft)
    network.latency = 0.8
    box = clinic.question("kps").locator(".number-input")
    box.press_sequentially("10", delay=50)
    clinic.page.locator("#save-line", has_text="Saving").wait_for()
    box.press_sequentially("0", delay=50)
    assert clinic.page.locator("#save-line").inner_text() == "Saving…"
    steps.then_the_draft_is_saved(clinic)
    steps.then_the_record_holds(draft, "kps", "100")
    assert box.input_value() == "100"


@pytest.mark.parametrize("way", ["a link", "another address", "closing the tab"])
def test_leaving_within_a_tenth_of_a_second_loses_nothing(clinic: Clinic, draft: Assessment, way: str) -> None:
    clinic.opens_assessment(draft)
    clinic.question("kps").locator(".number-input").fill("70")
    if way == "a link":
        clinic.page.get_by_role("link", name="Worklist").click()
    elif way == "another address":
        clinic.page.goto(f"{clinic.server}/help/")  # the browser asks, and the person leaves
    else:
        clinic.page.close(run_before_unload=False)
    other = clinic.page if way != "closing the tab" else clinic.page.context.new_page()
    for _ in range(60):
        draft.refresh_from_db()
        if draft.findings:
            break
        other.wait_for_timeout(100)
    steps.then_the_record_holds(draft, "kps", "70")
    then_each_save_has_one_effect(draft)


def test_one_save_sent_twenty_times_at_once_has_one_effect(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    sent = saves_of(clinic.page, lambda route, _: route.abort())
    clinic.question("kps").locator(".number-input").fill("70")
    clinic.page.locator("#save-line", has_text="NOT SAVED").wait_for()
    clinic.page.unroute_all(behavior="ignoreErrors")
    answers = clinic.page.evaluate(
        """async ([body, number]) => {
          const headers = { "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" };
          const send = () => fetch(location.href, { method: "POST", body, headers });
          const answers = await Promise.all(Array.from({ length: number }, send));
          return Promise.all(answers.map(async (one) => [one.status, one.headers.get("Board")]));
        }""",
        [sent[0], AT_ONCE],
    )
    assert answers == [[200, answers[0][1]]] * AT_ONCE
    draft.refresh_from_db()
    assert (draft.revision, SavedChange.objects.count()) == (2, 1)
    assert AuditEvent.objects.filter(action="patients.assessment_saved").count() == 1


def test_after_signing_in_again_the_same_save_is_sent_and_written_once(
    clinic: Clinic, cast: Cast, draft: Assessment
) -> None:
    """The sign-in page never lands in the form; what was typed stays, under its own key."""
    clinic.opens_assessment(draft)
    sent = saves_of(clinic.page, lambda route, _: route.continue_())
    steps.when_the_session_ends()
    clinic.chooses("vte", "Established")
    dialog = clinic.page.get_by_role("dialog")
    dialog.get_by_role("heading", name="You are signed out").wait_for()
    assert clinic.page.locator("#assessment-form [name=password]").count() == 0
    expect(clinic.page.locator("#panel-standing")).to_contain_text("Signed out since")
    steps.when_entering_the_password(dialog, "Dr Jane Okafor")
    steps.then_the_draft_is_saved(clinic)
    assert len({parse_qs(one)["key"][0] for one in sent}) == 1
    steps.then_the_record_holds(draft, "vte", "established")
    then_each_save_has_one_effect(draft)
