"""patients:compare and patients:compare_print"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from audit.models import AuditEvent
from patients.findings import Answer
from patients.models import Patient, SignedPlan
from patients.services.assessments import discard_assessment, start_assessment, withdraw_finding
from patients.services.plans import withdraw_plan
from tests import factories
from tests.cast import Cast
from tests.patients.comparing import MILDER, THEN, client, heads, plan, reassessed, row, show, url_of, words
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    outsiders_see_nothing,
    refuses_other_methods,
)

pytestmark = pytest.mark.django_db
__all__ = ["client", "plan"]


# What the page is for


def test_the_patient_and_the_guidance_are_told_apart(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    factories.newer_release(MILDER)
    reassessed(cast, patient, {"intracranial_bleed": Answer("present", observed_on="-3d")})
    told_apart(show(client, patient))
    told_apart(show(client, patient, "compare_print"))


def told_apart(page: str) -> None:
    intrathecal = row(page, "Intrathecal chemotherapy")
    assert "Not now" in intrathecal
    because = "Intracranial bleeding: was None, 12-Nov-2026; now Present, 19-Nov-2026"
    assert f"because the patient changed : {because}" in intrathecal
    assert "the guidance changed" not in intrathecal
    brain = row(page, "Whole-brain radiotherapy")
    assert "Not advised" in brain
    assert "Discuss" in brain
    assert "because the guidance changed : release 1 → 2" in brain
    assert "the patient changed" not in brain
    rule = words(page[page.index('class="compare-rules"') :])
    assert "Discuss instead of Not advised, reworded" in rule
    assert "removed: Whole-brain radiotherapy is not advised as a routine." in rule
    assert "added: Take whole-brain radiotherapy to the team. end of added" in rule
    assert "release 1 and release 2" in page
    assert "Notes, cautions and who does what are not compared here." in page


def test_time_alone_is_named(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan, clock: time_machine.Traveller
) -> None:
    start_assessment(patient, by=cast.consultant)
    clock.move_to(THEN + timedelta(days=15))
    client.force_login(cast.registrar)
    page = show(client, patient)
    systemic = row(page, "Systemic therapy")
    assert "Do Answered: Will do. No advice yet not settled: a missing finding could change that Changed" in systemic
    assert "because time passed : Karnofsky performance status (KPS): older than 14 days; Life expectancy" in systemic
    assert "the patient changed" not in systemic
    assert "No longer counts: older than 14 days" in row(page, "Karnofsky performance status (KPS)")
    assert "every change comes from the patient or from the time that passed" in page


def test_every_change_of_a_finding_in_words(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    draft = start_assessment(patient, by=cast.consultant)
    draft = withdraw_finding(draft, "vte", by=cast.consultant, reason="Another patient's scan")
    draft = withdraw_finding(draft, "primary_tumour", by=cast.consultant, reason="Wrong report")
    factories.save(
        draft,
        cast.consultant,
        {
            "kps": "70",
            "csf_protein": Answer("0.90", unit="g/L"),
            "csf_flow": Answer("", why_unknown="not_assessed"),
            "csf_cytology": Answer("positive", observed_on="-1d"),
            "primary_tumour": "lung",
        },
    )
    page = show(client, patient, show="all")
    assert "80 , 12-Nov-2026 70 , 22-Nov-2026 Down 10" in row(page, "Karnofsky performance status (KPS)")
    assert "Not recorded 0.90 g/L , 22-Nov-2026 New" in row(page, "CSF protein")
    assert "Not known: not assessed No longer known" in row(page, "CSF flow")
    assert row(page, "CSF cytology").rstrip().endswith("Unchanged, observed again")
    tumour = row(page, "Primary tumour")
    assert "Other , 12-Nov-2026 Lung , 22-Nov-2026 Changed. The earlier answer was withdrawn as error" in tumour
    assert "Withdrawn as error: Another patient's scan" in row(page, "Venous thromboembolism")
    assert row(page, "HER2 status").rstrip().endswith("Not applicable Not applicable Unchanged")
    assert row(page, "EGFR status").rstrip().endswith("Not applicable Not recorded Asked now, not known")


def test_only_differences_unless_all_is_asked_for(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    reassessed(cast, patient, dict(factories.FAVOURABLE) | {"kps": "70"})
    page = show(client, patient)
    assert "CSF cytology" not in page
    assert "<strong>Only differences (" in page
    shown = show(client, patient, show="all")
    assert "Unchanged" in row(shown, "CSF cytology")
    counted = re.search(r"Only differences \((\d+)\)", page)
    assert counted is not None
    assert f"Only differences ({counted[1]})" in shown


def test_wishes_and_ceilings_are_compared(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    reassessed(cast, patient, {}, priorities="To be at home.", ceilings="")
    page = words(show(client, patient))
    assert "What matters to the patient: new added: To be at home. end of added" in page
    assert "Ceilings of care" not in page


def test_the_answers_given_then_and_now(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    draft = reassessed(cast, patient, dict(factories.FAVOURABLE))
    assert row(show(client, patient), "Systemic therapy").rstrip().endswith("Not answered now")
    factories.answer_what_is_required(draft, cast.consultant)
    page = show(client, patient, show="all")
    assert row(page, "Systemic therapy").count("Answered: Will do.") == 2


# Which two


def test_which_two_stand_beside_one_another(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    first, second, draft = "Care plan 1, 12-Nov-2026", "Care plan 2, 22-Nov-2026", "Draft, 22-Nov-2026"
    signed = factories.make_plan(cast.consultant, patient, {"kps": "70"}).assessment_id
    assert heads(show(client, patient)) == [first, second]  # without a draft the last two that were signed
    reassessed(cast, patient, {"kps": "60"})
    page = show(client, patient)
    assert heads(page) == [second, draft]  # by default the last signed one and the draft
    assert "Not signed." in page
    assert heads(show(client, patient, later=signed)) == [first, second]  # with the one before it
    assert heads(show(client, patient, earlier=plan.assessment_id)) == [first, draft]  # with what came last
    swapped = show(client, patient, earlier=signed, later=plan.assessment_id)
    assert heads(swapped) == [first, second]  # the older one always on the left
    page = show(client, patient, earlier=signed, later=signed)
    assert "These two are the same assessment." in page
    assert "<select" in page
    assert heads(page) == []


def test_a_withdrawn_plan_is_marked_and_never_the_default(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    wrong = factories.make_plan(cast.consultant, patient, {"kps": "70"})
    withdraw_plan(wrong, by=cast.consultant, reason="Another patient's scan")
    page = show(client, patient)
    assert "All but one of the care plans are withdrawn" in page
    assert "Care plan 2, 22-Nov-2026, withdrawn as entered in error" in page
    page = show(client, patient, earlier=plan.assessment_id, later=wrong.assessment_id)
    assert "Withdrawn as entered in error by Dr Jane Okafor: Another patient&#x27;s scan. Do not act on it." in page
    factories.make_plan(cast.consultant, patient, {"kps": "60"})
    assert heads(show(client, patient)) == ["Care plan 1, 12-Nov-2026", "Care plan 3, 22-Nov-2026"]


def test_one_assessment_alone(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    page = show(client, patient)
    assert "There is only one assessment so far" in page
    assert "<select" not in page
    assert "There is only one assessment so far" in show(client, patient, "compare_print")
    assert "There is only one assessment so far" in show(client, patient, earlier=plan.assessment_id)


def test_no_assessment_at_all(client: Client, patient: Patient) -> None:
    assert "There is no assessment yet" in show(client, patient)
    assert "There is no assessment yet" in show(client, patient, later="in-force")


def test_what_is_not_of_this_patient_is_not_found(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    other = factories.make_plan(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    discarded = start_assessment(patient, by=cast.consultant)
    discard_assessment(discarded, by=cast.consultant, reason="Opened by mistake")
    for wrong in (other.assessment_id, discarded.pk, uuid4(), "in-force", "'"):
        assert client.get(url_of(patient, earlier=wrong)).status_code == 404, wrong
        if wrong != "in-force":
            assert client.get(url_of(patient, later=wrong)).status_code == 404, wrong


# Paper


def test_the_paper_names_the_patient_and_says_that_it_is_no_care_plan(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    reassessed(cast, patient, {"kps": "70"})
    page = show(client, patient, "compare_print")
    head = page[page.index('class="sheet-head"') : page.index("<tfoot>")]
    assert f"{patient.family_name.upper()}, Anna (Ms)" in head
    assert patient.hospital_number in head
    assert "Comparison of two assessments; not a care plan. Printed 22-Nov-2026 10:42 by Dr Samir Haddad" in page
    assert "Only differences are listed." in page
    assert "Everything is listed" in show(client, patient, "compare_print", show="all")
    assert "<details" not in page


# The standard questions


def test_looking_is_one_event_that_names_the_two(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan
) -> None:
    draft = start_assessment(patient, by=cast.consultant)
    for view, event in (
        ("compare", "patients.assessments_compared"),
        ("compare_print", "patients.comparison_printed"),
    ):
        assert events_of(partial(client.get, url_of(patient, view))) == [event]
        stored = AuditEvent.objects.get(action=event)
        assert stored.patient_id == patient.pk
        assert stored.after == {"earlier": str(plan.assessment_id), "later": str(draft.pk)}


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, patient: Patient) -> None:
    for view in ("compare", "compare_print"):
        url = address(view, patient.pk)
        outsiders_see_nothing(cast, client_of, url, patient.family_name.upper(), who=("outsider", "editor", "auditor"))
        nobody_is_sent_to_sign_in(client_of(None), url)
        refuses_other_methods(client, url, "post", "put", "delete", "patch")
        assert client.get(address(view, uuid4())).status_code == 404


def test_the_number_of_statements_does_not_grow_with_the_record(
    cast: Cast, client: Client, patient: Patient, plan: SignedPlan, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        factories.make_plan(cast.consultant, patient)
    start_assessment(patient, by=cast.consultant)
    client.get(url_of(patient))
    with django_assert_max_num_queries(18):
        client.get(url_of(patient))
