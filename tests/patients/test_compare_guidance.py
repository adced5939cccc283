"""patients:compare with other guidance, with records that cannot be read, and long after the plan was signed"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from pathways.models import Release
from pathways.services.releases import put_in_force
from patients.models import Assessment, Patient, SignedPlan
from patients.models.plans import AlteredPlan
from patients.services.assessments import start_assessment
from patients.services.patients import edit_patient, fields_of
from patients.services.plans import sign_plan
from tests import factories
from tests.cast import Cast
from tests.patients.comparing import MILDER, client, plan, reassessed, row, show, url_of
from tests.patients.conftest import NOW
from tests.patients.pages import text_of
from tests.patients.renamed_content import all_of, finding_renamed, option_removed, option_renamed

pytestmark = pytest.mark.django_db
__all__ = ["client", "plan"]


# Other guidance


def test_the_plan_beside_the_guidance_in_force(client: Client, patient: Patient, plan: SignedPlan) -> None:
    factories.newer_release(MILDER)
    page = show(client, patient, earlier=plan.assessment_id, later="in-force")
    assert "No finding differs." in page
    assert "because the guidance changed : release 1 → 2" in row(page, "Whole-brain radiotherapy")
    assert "the patient changed</strong>" not in page
    assert "Not an assessment" in page
    assert "The same findings under release 2, in force now" in page
    assert "answered now" not in page.lower()  # nobody has been asked


def test_a_plan_beside_its_own_guidance(client: Client, patient: Patient, plan: SignedPlan) -> None:
    assert "made with the guidance that is in force" in show(client, patient, later="in-force")


def test_renamed_codes_are_the_same_question(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    reason = "Cytology is recorded with its number of samples now."
    factories.newer_release(
        all_of(
            finding_renamed("deposits", "deposit_form"),
            option_renamed("csf_flow", "unobstructed", "free"),
            option_removed("csf_cytology", "positive", reason),
        )
    )
    reassessed(cast, patient, {})
    page = show(client, patient, show="all")
    assert row(page, "Leptomeningeal deposit_form on MRI").rstrip().endswith("Unchanged")
    assert "Not used by release 2" in row(page, "CSF cytology")
    assert "the patient changed" not in page


def test_after_the_guidance_was_taken_back_the_codes_are_read_backwards(
    cast: Cast, client: Client, patient: Patient, release: Release
) -> None:
    factories.newer_release(finding_renamed("kps", "karnofsky"))
    answers = {code: value for code, value in factories.FAVOURABLE.items() if code != "kps"} | {"karnofsky": "80"}
    draft = factories.make_draft(cast.consultant, patient, answers)
    factories.answer_what_is_required(draft, cast.consultant)
    sign_plan(draft, by=cast.consultant, **factories.signing(draft))
    put_in_force(release, by=cast.publisher, note="The new name was a mistake.")
    reassessed(cast, patient, {"kps": "70"})
    page = show(client, patient)
    assert "80 , 22-Nov-2026 70 , 22-Nov-2026 Down 10" in row(page, "Karnofsky performance status (KPS)")


def test_content_that_is_not_approved_gives_no_advice_on_a_live_system(
    client: Client, patient: Patient, plan: SignedPlan, cast: Cast, settings: Any
) -> None:
    reassessed(cast, patient, {"kps": "70"})
    settings.LM_MODE = "live"
    for view in ("compare", "compare_print"):
        page = show(client, patient, view)
        assert "Verdicts are not compared" in page
        assert "Down 10" in page
        assert "Systemic therapy" not in page
        assert "Not advised" not in page
        unapproved = show(client, patient, view, earlier=plan.assessment_id, later="in-force")
        assert "No guidance that may advise is in force" in unapproved


# What must not break it


def test_a_stored_value_that_cannot_be_read_is_unknown(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    draft = start_assessment(patient, by=cast.consultant)
    findings = draft.findings | {
        "vte": draft.findings["vte"] | {"value": "gone"},
        "kps": draft.findings["kps"] | {"value": "?"},
    }
    Assessment.objects.visible_to(cast.consultant).filter(pk=draft.pk).update(findings=findings)
    page = show(client, patient)
    assert "This answer cannot be read. No longer known" in row(page, "Venous thromboembolism")
    assert "This answer cannot be read. No longer known" in row(page, "Karnofsky performance status (KPS)")


def test_a_plan_that_is_not_what_was_signed_is_not_compared(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_assessment(patient, by=cast.consultant)

    def altered(self: SignedPlan) -> object:
        raise AlteredPlan(f"Care plan {self.pk} does not match its fingerprint.")

    body = plan.body_document
    body["evaluated"]["findings"]["kps"]["value"] = "100"

    def with_other_answers(self: SignedPlan) -> object:
        return body

    for stored in (altered, with_other_answers):
        monkeypatch.setattr(SignedPlan, "body_document", property(stored))
        response = client.get(url_of(patient))
        assert response.status_code == 409
        assert "nothing of it is compared" in text_of(response)
        assert "Systemic therapy" not in text_of(response)


def test_a_patient_who_has_died(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    factories.make_plan(cast.consultant, patient, {"kps": "70"})
    edit_patient(patient, replace(fields_of(patient), died_on=date(2026, 11, 21)), by=cast.consultant, revision=1)
    assert "21-Nov-2026, age at death 65y" in show(client, patient)
    assert "Died 21-Nov-2026" in show(client, patient, "compare_print")


def test_findings_count_as_of_the_day_of_their_own_assessment(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan, clock: time_machine.Traveller
) -> None:
    factories.make_plan(cast.consultant, patient)
    clock.move_to(NOW + timedelta(days=100))
    client.force_login(cast.registrar)
    page = show(client, patient, show="all")
    assert "As of 12-Nov-2026, with release 1" in page
    assert "As of 22-Nov-2026, with release 1" in page
    assert "Does not count" not in row(page, "Karnofsky performance status (KPS)")
