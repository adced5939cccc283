"""The engine fails, or known patients are advised otherwise: the cards go at once, and no answer is lost."""

import pytest

from pathways.models import Release
from patients.models import Assessment, SignedPlan
from tests import factories
from tests.browser.clinic import Clinic
from tests.browser.steps import when_signing_the_plan
from tests.patients.no_advice import STOPPED, UNAVAILABLE, break_engine, stop

ADVISED = {"lm_diagnosis": "established", "kps": "50"}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_engine_fails_while_somebody_enters_answers(
    clinic: Clinic, draft: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.save(draft, draft.created_by, ADVISED)
    clinic.opens_assessment(draft)
    panel = clinic.page.locator("#recommendation-panel")
    assert panel.locator("[data-card]").count() > 0
    # When the engine fails
    with monkeypatch.context() as fault:
        break_engine(fault)
        clinic.chooses("vte", "Established")
        # Then every card is gone, the page says what to do, and the answers are saved
        panel.get_by_text(UNAVAILABLE).wait_for()
        assert panel.locator("[data-card]").count() == 0
        assert panel.locator("a[href*='#question-']").count() == 0
        clinic.is_saved()
        assert clinic.page.locator("#advice-announcement").inner_text().startswith("Recommendations are unavailable.")
        assert "not possible now" in clinic.page.locator("#review-and-sign").inner_text()
        clinic.is_accessible()
        draft.refresh_from_db()
        assert draft.findings["vte"]["value"] == "established"
        # And after a reload they are in the form, which goes on saving
        clinic.page.reload()
        assert clinic.page.locator("input[name='finding-vte'][value='established']").is_checked()
        assert panel.locator("[data-card]").count() == 0
        clinic.chooses("antithrombotic", "None")
        clinic.is_saved()
        draft.refresh_from_db()
        assert draft.findings["antithrombotic"]["value"] == "none"
        # And signing is refused with the reason
        clinic.page.locator("#review-and-sign").click()
        clinic.page.get_by_role("heading", name="Recommendations are unavailable").wait_for()
        clinic.is_accessible()
    # When the engine is well again, the cards are back with the next answer
    clinic.opens_assessment(draft)
    clinic.chooses("raised_icp", "No")
    clinic.is_saved()
    panel.locator("[data-card]").first.wait_for()


def test_known_patients_differ_while_somebody_is_at_work(clinic: Clinic, draft: Assessment) -> None:
    factories.save(draft, draft.created_by, ADVISED)
    clinic.opens_assessment(draft)
    panel = clinic.page.locator("#recommendation-panel")
    assert panel.locator("[data-card]").count() > 0
    # When a check of the known patients fails meanwhile
    stop(Release.objects.get())
    clinic.chooses("vte", "Established")
    # Then there is no card any more, and every page says so
    panel.get_by_text("Decision support is stopped: at").wait_for()
    assert panel.locator("[data-card]").count() == 0
    clinic.page.goto(clinic.page.url.split("/assessments/")[0] + "/")
    banner = clinic.page.locator("#stopped-banner")
    assert STOPPED.split(":")[0] in banner.inner_text()
    assert "Decision support: stopped since" in clinic.page.locator("#decision-support").inner_text()
    clinic.is_accessible()


def test_a_plan_is_not_signed_from_a_page_that_was_open_when_advice_was_stopped(
    clinic: Clinic, draft: Assessment
) -> None:
    factories.save(draft, draft.created_by, factories.FAVOURABLE)
    factories.answer_what_is_required(draft, draft.created_by)
    clinic.opens("plan_sign", draft.pk)
    # When known patients differ while somebody reads what is to be signed
    stop(Release.objects.get())
    when_signing_the_plan(clinic)
    # Then the page says why nothing was signed, that the answers are safe, and leads back to them
    text = clinic.page.get_by_text(STOPPED.split(":")[0])
    text.first.wait_for()
    assert "nothing can be signed" in clinic.page.inner_text("main")
    assert not SignedPlan.objects.exists()
    clinic.is_accessible()
