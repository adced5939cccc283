"""The advice follows the form while somebody works in it, and nothing typed is lost."""

from typing import Any

import pytest

from patients.findings import Answer
from patients.models import Assessment, Patient
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BLEEDING = {"lm_diagnosis": "established", "kps": "50", "intracranial_bleed": Answer("present", observed_on="-3d")}


def count_of_saves(page: Any) -> list[str]:
    saves: list[str] = []
    page.on("request", lambda request: saves.append(request.url) if request.method == "POST" else None)
    return saves


def test_a_changed_answer_changes_the_advice_and_moves_nothing_else(
    clinic: Clinic, draft: Assessment, size: dict[str, int]
) -> None:
    # Given an assessment in which nothing is recorded
    clinic.page.set_viewport_size(size)
    clinic.opens_assessment(draft)
    clinic.page.get_by_text("Nothing is recorded yet, so nothing is advised.").wait_for()
    clinic.is_accessible()
    # When an established diagnosis and a bleed of three days ago are entered
    clinic.chooses("lm_diagnosis", "Established")
    clinic.is_saved()
    clinic.chooses("intracranial_bleed", "Present", on="-3d")
    # Then intrathecal chemotherapy is withheld, the focus has not moved, and it is announced once
    clinic.sees_card("intrathecal_chemotherapy", "Not now: Intrathecal chemotherapy")
    assert clinic.focus() == "id_finding-intracranial_bleed-date"
    announced = clinic.page.locator("#advice-announcement").inner_text()
    assert announced.count("Not now: Intrathecal chemotherapy") == 1
    # And it is stored
    draft.refresh_from_db()
    assert draft.findings["intracranial_bleed"]["value"] == "present"
    clinic.is_accessible()
    clinic.fits()


def test_choosing_with_the_arrow_keys_saves_once_and_keeps_the_focus(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    saves = count_of_saves(clinic.page)
    clinic.page.locator("#id_finding-csf_cytology_0").focus()
    for _ in range(3):
        clinic.page.keyboard.press("ArrowDown")
    clinic.page.wait_for_timeout(1200)
    assert len(saves) == 1
    assert clinic.focus() == "id_finding-csf_cytology_3"
    draft.refresh_from_db()
    assert draft.findings["csf_cytology"]["value"] == "repeatedly_negative"


def test_leaving_a_field_does_not_save_again(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    saves = count_of_saves(clinic.page)
    clinic.types("kps", "80")
    clinic.page.wait_for_timeout(1200)
    clinic.page.keyboard.press("Tab")
    clinic.page.wait_for_timeout(800)
    assert len(saves) == 1
    assert clinic.focus() != "id_finding-kps"


def test_a_reason_typed_in_the_panel_survives_every_change_of_the_advice(
    cast: Cast, clinic: Clinic, draft: Assessment
) -> None:
    # Given advice against intrathecal chemotherapy, and half a reason typed against it
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens_assessment(draft)
    card = clinic.card("intrathecal_chemotherapy")
    card.get_by_text("Give anyway", exact=False).first.click()
    reason = card.locator("textarea[name=reason_text]")
    reason.press_sequentially("The patient asks")
    # When the form changes under it
    clinic.page.evaluate("document.getElementById('id_finding-vte_1').click()")
    reason.press_sequentially(" for it")
    clinic.sees_card("anticoagulation", "Discuss: Anticoagulation")
    # Then no letter is lost, the editor is still open, and the focus is where it was
    assert reason.input_value() == "The patient asks for it"
    assert clinic.focus() == "text-intrathecal_chemotherapy-reason-field"


def test_a_text_is_kept_in_sight_when_its_advice_goes_away(cast: Cast, clinic: Clinic, draft: Assessment) -> None:
    # Given a reason typed against the advice to repeat the lumbar puncture
    suspected = {"lm_diagnosis": "suspected", "csf_cytology": "equivocal", "intracranial_bleed": "none"}
    settled = {"raised_icp": "no", "hydrocephalus": "none"}
    factories.save(draft, cast.consultant, suspected | settled)
    clinic.opens_assessment(draft)
    clinic.card("repeat_lumbar_puncture").get_by_text("Not doing", exact=False).first.click()
    clinic.card("repeat_lumbar_puncture").locator("textarea[name=reason_text]").fill("Too frail")
    # When the cytology turns out positive, so that nobody advises it any more
    clinic.chooses("csf_cytology", "Positive")
    clinic.sees_no_card("repeat_lumbar_puncture")
    # Then the text stands below the panel
    held = clinic.page.locator("#held-texts")
    held.get_by_text("You typed this for advice that has changed").wait_for()
    assert held.locator("textarea").input_value() == "Too frail"
    clinic.is_accessible()
    # And it returns with the advice
    clinic.chooses("csf_cytology", "Equivocal")
    clinic.sees_card("repeat_lumbar_puncture", "Do repeat the lumbar puncture")
    assert clinic.card("repeat_lumbar_puncture").locator("textarea[name=reason_text]").input_value() == "Too frail"
    assert held.is_hidden()


def test_a_new_answer_does_not_take_over_the_date_of_the_old_one(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens_assessment(draft)
    clinic.chooses("intracranial_bleed", "Present", on="-8d")
    clinic.is_saved()
    # When, after other work, the bleed is said to have resolved, then the date of that scan is asked for
    clinic.chooses("vte", "None")
    clinic.chooses("intracranial_bleed", "Resolved")
    clinic.page.locator("#note-intracranial_bleed", has_text="Enter the date as well").wait_for()
    assert clinic.question("intracranial_bleed").locator(".date-input").input_value() == ""


def test_an_answer_is_given_on_the_card(cast: Cast, clinic: Clinic, draft: Assessment, size: dict[str, int]) -> None:
    clinic.page.set_viewport_size(size)
    factories.save(draft, cast.consultant, BLEEDING)
    clinic.opens_assessment(draft)
    clinic.page.get_by_role("button", name="Review and sign (3 to answer)").wait_for()
    clinic.card("best_supportive_care").get_by_role("button", name="Will do").click()
    given = clinic.card("best_supportive_care").locator(".given-answer")
    given.wait_for()
    assert clean(given.inner_text()).startswith("Will do. Dr Jane Okafor")
    clinic.page.get_by_role("button", name="Review and sign (2 to answer)").wait_for()
    clinic.is_accessible()


def test_what_was_carried_forward_is_confirmed_with_one_click(
    cast: Cast, clinic: Clinic, patient: Patient, release: object
) -> None:
    # Given a reassessment, with the answers of a plan signed some days ago carried forward
    eight_days_ago = {"kps": Answer("80", observed_on="-8d"), "raised_icp": Answer("no", observed_on="-8d")}
    factories.make_plan(cast.consultant, patient, eight_days_ago)
    draft = factories.make_draft(cast.consultant, patient)
    clinic.opens_assessment(draft)
    assert "Carried forward, confirm" in clinic.note("kps")
    # When the clinician finds the Karnofsky score still the same today
    clinic.question("kps").get_by_role("button", name="Still so today").click()
    # Then it counts from today, and nothing else is confirmed
    clinic.page.locator("#note-kps", has_text="today, valid to").wait_for()
    assert "Carried forward" not in clinic.note("kps")
    assert "Carried forward, confirm" in clinic.note("raised_icp")
    assert clinic.question("kps").locator(".number-input").input_value() == "80"
