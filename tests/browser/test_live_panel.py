"""One change of the form: one request, one save, one line in the log, one sentence aloud, the focus unmoved."""

from typing import Any

import pytest
from playwright.sync_api import expect

from patients.models import Assessment, SavedChange
from tests import factories
from tests.browser import steps
from tests.browser.clinic import Clinic, clean
from tests.browser.steps import when_choosing, when_it_is_saved, when_typing
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASK_AGAIN = 5500  # a little more than the page waits
ASK_FOR_PANEL = """() => {
  const panel = document.getElementById("recommendation-panel");
  return htmx.ajax("GET", location.pathname, { source: panel, target: panel, swap: "innerHTML" }).catch(() => null);
}"""
SECONDS_READ = """(html) => {
  const panel = Object.assign(document.createElement("div"), { innerHTML: html });
  return serverClock.read(panel)?.seconds ?? -1;
}"""


def test_an_empty_form_says_what_to_enter_first(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    panel = clinic.page.locator("#recommendation-panel")
    expect(panel).to_contain_text("Nothing is recorded yet, so nothing is advised.")
    first = panel.locator(".panel-empty a")
    assert 3 <= first.count() <= 6
    # No advice needs a fact that nobody entered
    assert panel.locator(".advice-do, .advice-consider, .advice-discuss, .advice-do-not, .advice-not-now").count() == 0
    # And each link leads to its question
    first.first.click()
    target = clinic.page.locator(":target")
    expect(target).to_be_visible()
    expect(target).to_be_in_viewport()


def test_one_change_is_one_request_one_save_and_one_line_in_the_log(clinic: Clinic, draft: Assessment) -> None:
    # Given an empty assessment
    clinic.opens_assessment(draft)
    asked = steps.given_what_is_asked_of_the_server(clinic.page)
    logged = steps.saves_in_the_log()
    # When one answer is chosen with the keyboard
    clinic.page.locator("#id_finding-lm_diagnosis_0").focus()
    with when_it_is_saved(clinic):
        clinic.page.keyboard.press("Space")
    steps.then_the_draft_is_saved(clinic)
    clinic.page.wait_for_load_state("networkidle")
    # Then there was one request and one effect, and the focus has not moved
    assert len(asked) == 1
    assert steps.saves_in_the_log() == logged + 1
    assert SavedChange.objects.filter(assessment=draft).count() == 1
    steps.then_the_record_holds(draft, "lm_diagnosis", "established")
    assert clinic.focus() == "id_finding-lm_diagnosis_0"


def test_a_panel_that_is_refused_is_not_asked_for_again_and_again(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.page.clock.install()
    # Then whatever passes is asked for anew, once for all, and a refusal stays one
    for status, number in ((503, 3), (404, 2)):
        assert how_often_it_is_asked_for(clinic, status) == number


def how_often_it_is_asked_for(clinic: Clinic, status: int) -> int:
    """Twice, one after the other, and then whenever the page itself does."""
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=status, body="")

    clinic.page.unroute_all(behavior="ignoreErrors")
    clinic.page.route("**/assessments/**", refuse)
    for _ in range(2):
        clinic.page.evaluate(ASK_FOR_PANEL)
    expect(clinic.page.locator(".panel-out-of-date")).to_have_count(1)
    clinic.page.clock.fast_forward(ASK_AGAIN)
    clinic.page.wait_for_timeout(300)
    return len(asked)


def test_after_signing_in_again_a_panel_that_was_refused_is_asked_for(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    steps.when_the_session_ends()
    clinic.page.evaluate(ASK_FOR_PANEL)
    dialog = clinic.page.get_by_role("dialog")
    dialog.get_by_role("heading", name="You are signed out").wait_for()
    with clinic.page.expect_response(lambda one: one.url == clinic.page.url and one.status == 200):
        steps.when_entering_the_password(dialog, "Dr Jane Okafor")
    expect(clinic.page.locator(".panel-out-of-date")).to_have_count(0)


def test_a_panel_without_a_time_is_not_taken_for_one_of_midnight(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    times = ("", "<p data-as-of=''></p>", "<p data-as-of='00:00:00'></p>", "<p data-as-of='10:42:08'></p>")
    assert [clinic.page.evaluate(SECONDS_READ, html) for html in times] == [-1, -1, 0, 38528]


def test_the_status_is_said_once_per_change_of_the_verdicts(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    steps.given_somebody_listens(clinic)
    # When an answer changes the verdicts, and another changes them back
    when_choosing(clinic, "lm_diagnosis", "Established")
    assert steps.what_was_heard(clinic) == []  # on its own it decides nothing
    when_typing(clinic, "kps", "50")
    assert len(steps.what_was_heard(clinic)) == 1
    when_typing(clinic, "kps", "80")
    heard = steps.what_was_heard(clinic)
    assert len(heard) == 2
    assert "Do: Best supportive care" in heard[0]
    assert "No advice any more: Best supportive care" in heard[1]
    # Then an answer that changes no verdict is not announced
    with when_it_is_saved(clinic):
        clinic.page.get_by_label("What matters to the patient").fill("To go home.")
    assert len(steps.what_was_heard(clinic)) == 2
    # And the region itself is the same element, still polite
    region = clinic.page.locator("#advice-announcement")
    assert (region.get_attribute("role"), region.get_attribute("aria-live")) == ("status", "polite")


def test_typing_in_the_form_is_never_interrupted_by_the_answer(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    box = clinic.page.get_by_label("What matters to the patient")
    sentence = "To see the garden once more, and no more needles than needed."
    # When somebody types slower than the saving follows, so that answers land between the letters
    with when_it_is_saved(clinic):
        box.press_sequentially(sentence, delay=45)
        clinic.page.wait_for_load_state("networkidle")
        clinic.chooses("vte", "Established")
    steps.then_the_draft_is_saved(clinic)
    assert box.input_value() == sentence
    draft.refresh_from_db()
    assert draft.priorities == sentence


def test_a_reason_survives_changes_of_the_form_also_after_leaving_it(
    cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    factories.save(draft, cast.consultant, steps.BLEEDING)
    clinic.opens_assessment(draft)
    card = clinic.card("intrathecal_chemotherapy")
    card.locator("summary", has_text="Give anyway").click()
    reason = card.get_by_label("Why, in your words")
    reason.press_sequentially("Team of 20-Nov")
    card.get_by_label("Other", exact=True).check()
    # When the reader leaves the editor and answers several questions
    when_choosing(clinic, "vte", "Established")
    when_choosing(clinic, "antithrombotic", "Therapeutic anticoagulant")
    when_choosing(clinic, "cord_compression", "Yes")
    # Then the text, the chosen reason and the open editor are as they were
    assert reason.input_value() == "Team of 20-Nov"
    expect(reason).to_be_visible()
    expect(card.get_by_label("Other", exact=True)).to_be_checked()
    # And it can be finished and saved with every letter
    reason.press_sequentially("ember decided so")
    card.get_by_label("Alternative that was considered").fill("Focal radiotherapy")
    with when_it_is_saved(clinic):
        card.get_by_role("button", name="Save: give anyway").click()
    given = clean(card.locator(".given-answer").inner_text())
    assert given.startswith("Will be given anyway: Team of 20-November decided so. Alternative considered: Focal rad")


def test_opened_details_stay_open_and_closed_ones_closed(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, steps.BLEEDING)
    clinic.opens_assessment(draft)
    clinic.card("intrathecal_chemotherapy").get_by_text("Why, cautions and sources").click()
    clinic.page.locator("#panel-not-addressed, #panel-open").first.locator("summary").click()
    opened = "[...document.querySelectorAll('#recommendation-panel details[open]')].map((one) => one.id)"
    before = clinic.page.evaluate(opened)
    assert len(before) == 2
    when_choosing(clinic, "raised_icp", "No")
    assert clinic.page.evaluate(opened) == before


def test_a_question_appears_and_disappears_with_its_condition(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    her2 = clinic.question("her2")
    expect(her2).to_be_hidden()
    # When the tumour is of the breast, HER2 is asked
    when_choosing(clinic, "primary_tumour", "Breast")
    expect(her2).to_be_visible()
    when_choosing(clinic, "her2", "Positive")
    # When it is of the lung after all
    when_choosing(clinic, "primary_tumour", "Lung")
    # Then the answer stays in sight and in the record, and says that it is not used
    expect(her2).to_be_visible()
    assert clinic.note("her2").startswith("Not used: asked only while Primary tumour is Breast")
    steps.then_the_record_holds(draft, "her2", "positive")
    # And what was never answered goes away again
    expect(clinic.question("egfr")).to_be_visible()
    when_choosing(clinic, "primary_tumour", "Other")
    expect(clinic.question("egfr")).to_be_hidden()


def test_an_impossible_number_is_refused_at_its_field_and_kept_in_it(
    cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    # Given a score that counts
    factories.save(draft, cast.consultant, {"lm_diagnosis": "established", "kps": "50"})
    clinic.opens_assessment(draft)
    clinic.sees_card("best_supportive_care", "Do give best supportive care")
    # When 65 is typed over it
    when_typing(clinic, "kps", "65")
    # Then the refusal stands at the field, which keeps what was typed
    box = clinic.question("kps").locator(".number-input")
    assert clinic.note("kps").startswith("Error: ")
    assert "65 is not a step of 10" in clinic.note("kps")
    assert box.input_value() == "65"
    expect(box).to_have_attribute("aria-invalid", "true")
    assert box.get_attribute("aria-describedby") == "note-kps"
    # And neither number goes on counting
    steps.then_the_record_holds(draft, "kps", None)
    expect(clinic.page.locator(".missing-list, #panel-more-missing").first).to_contain_text("Karnofsky")
    # When it is corrected, the complaint goes
    when_typing(clinic, "kps", "60")
    assert "Error" not in clinic.note("kps")
    expect(box).to_have_attribute("aria-invalid", "false")
    steps.then_the_record_holds(draft, "kps", "60")


def test_the_refusal_is_still_there_when_the_page_is_opened_again(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    when_typing(clinic, "kps", "65")
    clinic.opens_assessment(draft)
    box = clinic.question("kps").locator(".number-input")
    assert box.input_value() == "65"
    assert "65 is not a step of 10" in clinic.note("kps")
    expect(box).to_have_attribute("aria-invalid", "true")
