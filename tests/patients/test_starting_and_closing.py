"""Starting with what was signed last, withdrawing, confirming, moving to newer guidance, discarding."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from pathways.models import Release
from patients.findings import Answer, board_of
from patients.models import Assessment, Patient, SignedPlan
from patients.permissions import NotAllowed, Reason
from patients.services.assessments import (
    NothingToDo,
    adopt_release,
    confirm_unchanged,
    discard_assessment,
    start_assessment,
    withdraw_finding,
)
from patients.services.patients import edit_patient, fields_of
from patients.services.plans import sign_plan, withdraw_plan
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
BLEED = Answer("present", observed_on="14-Nov-2026")


def finding_of(document: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in document["vocabulary"]["findings"] if one["code"] == code)


def test_the_first_assessment_is_blank(cast: Cast, patient: Patient, release: Release) -> None:
    assessment = start_assessment(patient, by=cast.registrar)
    assert (assessment.findings, assessment.revision, assessment.day) == ({}, 1, date(2026, 11, 22))
    assert assessment.release == release
    event = AuditEvent.objects.get(action="patients.assessment_started")
    assert event.after == {
        "release": release.sha256,
        "carried_from": None,
        "carried_forward": [],
        "put_on_own_list": True,
    }


def test_without_guidance_in_force_nothing_starts(cast: Cast, patient: Patient) -> None:
    with pytest.raises(NotAllowed) as refused:
        start_assessment(patient, by=cast.consultant)
    assert refused.value.reason is Reason.NO_GUIDANCE


def test_no_assessment_of_somebody_who_has_died(cast: Cast, patient: Patient, release: Release) -> None:
    from dataclasses import replace

    edit_patient(patient, replace(fields_of(patient), died_on=date(2026, 11, 20)), by=cast.consultant, revision=1)
    with pytest.raises(NotAllowed) as refused:
        start_assessment(patient, by=cast.consultant)
    assert refused.value.reason is Reason.PATIENT_HAS_DIED


@pytest.mark.parametrize("who", ["outsider", "auditor"])
def test_people_without_the_patient_start_nothing(cast: Cast, patient: Patient, release: Release, who: str) -> None:
    with pytest.raises(NotAllowed):
        start_assessment(patient, by=getattr(cast, who))
    assert not Assessment.objects.visible_to(cast.consultant).exists()


def test_the_database_refuses_a_second_draft(cast: Cast, draft: Assessment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor():
        Assessment.objects.create(
            patient=draft.patient,
            day=draft.day,
            release=draft.release,
            created_by=cast.consultant,
            updated_by=cast.consultant,
            updated_at=draft.updated_at,
        )


def test_the_last_signed_answers_are_carried_forward_with_their_days(
    cast: Cast, patient: Patient, release: Release
) -> None:
    plan = factories.make_plan(
        cast.consultant,
        patient,
        {"kps": Answer("80", observed_on="20-Nov-2026"), "csf_cytology": Answer(why_unknown="awaited")},
    )
    with time_machine.travel(LATER, tick=False):
        assessment = start_assessment(patient, by=cast.registrar)
        board = board_of(assessment, today=date(2026, 12, 10))
    carried = assessment.findings["kps"]
    assert (carried["value"], carried["observed_on"]) == ("80", "2026-11-20")
    assert (carried["origin"], carried["confirmed"]) == ("carried_forward", False)
    assert carried["carried_from"] == str(plan.assessment_id)
    assert "csf_cytology" not in assessment.findings  # why it was unknown then says nothing about now
    assert board.evaluation.findings["kps"].value is None  # 20 days old, counts for 14
    assert board.evaluation.findings["primary_tumour"].value == "other"


def test_nothing_is_carried_from_a_withdrawn_plan(cast: Cast, patient: Patient, release: Release) -> None:
    first = factories.make_plan(cast.consultant, patient, {"kps": "80"})
    second_draft = start_assessment(patient, by=cast.consultant)
    factories.save(second_draft, cast.consultant, {"kps": "60", "intracranial_bleed": BLEED})
    second_draft.refresh_from_db()
    factories.answer_what_is_required(second_draft, cast.consultant)
    second = sign_plan(second_draft, by=cast.consultant, **factories.signing(second_draft))
    withdraw_plan(second, by=cast.consultant, reason="Wrong patient")
    third = start_assessment(patient, by=cast.consultant)
    assert third.findings["kps"]["value"] == "80"
    assert third.findings["kps"]["carried_from"] == str(first.assessment_id)
    assert "intracranial_bleed" not in third.findings


def test_withdrawing_a_plan_takes_what_an_open_draft_had_from_it(
    cast: Cast, patient: Patient, release: Release
) -> None:
    plan = factories.make_plan(cast.consultant, patient, {"intracranial_bleed": Answer("none", observed_on="today")})
    draft = start_assessment(patient, by=cast.consultant)
    draft = factories.save(draft, cast.consultant, {"kps": "70"}).assessment
    draft = confirm_unchanged(draft, ["csf_flow"], by=cast.consultant)
    events = AuditEvent.objects.count()
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")
    assert AuditEvent.objects.count() == events + 1
    draft.refresh_from_db()
    assert set(draft.findings) == {"kps", "csf_flow"}
    withdrawn = {one["code"]: one["reason"] for one in draft.withdrawn}
    assert "withdrawn as entered in error" in withdrawn["intracranial_bleed"]


def draft_with_texts(cast: Cast, patient: Patient) -> tuple[SignedPlan, Assessment]:
    """A draft that took over nothing but the texts of the plan before."""
    first = factories.make_draft(cast.consultant, patient)
    first = factories.save(first, cast.consultant, {}, priorities="To be at home", ceilings="Ward care").assessment
    plan = sign_plan(first, by=cast.consultant, **factories.signing(first))
    return plan, start_assessment(patient, by=cast.consultant)


def test_wishes_and_limits_go_with_the_withdrawn_plan(cast: Cast, patient: Patient, release: Release) -> None:
    plan, draft = draft_with_texts(cast, patient)
    assert (draft.findings, draft.ceilings) == ({}, "Ward care")
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")
    draft.refresh_from_db()
    assert (draft.priorities, draft.ceilings) == ("", "")
    assert {one["code"]: one["value"] for one in draft.withdrawn} == {
        "priorities": "To be at home",
        "ceilings": "Ward care",
    }
    event = AuditEvent.objects.get(action="patients.plan_withdrawn")
    assert (event.before["ceilings"], event.after["ceilings"]) == ("Ward care", "")
    signed = sign_plan(draft, by=cast.consultant, **factories.signing(draft))
    assert [(one["label"], one["value"]) for one in signed.body_document["withdrawn"]] == [
        ("What matters to the patient", "To be at home"),
        ("Ceilings of care", "Ward care"),
    ]


def test_wishes_that_were_written_anew_stay(cast: Cast, patient: Patient, release: Release) -> None:
    plan, draft = draft_with_texts(cast, patient)
    factories.save(draft, cast.consultant, {}, ceilings="For full treatment")
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")
    draft.refresh_from_db()
    assert (draft.priorities, draft.ceilings) == ("", "For full treatment")


def test_an_irreversible_answer_is_withdrawn_as_an_error(cast: Cast, draft: Assessment) -> None:
    draft = factories.save(draft, cast.consultant, {"intracranial_bleed": BLEED}).assessment
    refused = factories.save(draft, cast.consultant, {"intracranial_bleed": "none"})
    assert set(refused.refusals) == {"intracranial_bleed"}
    draft.refresh_from_db()
    assert draft.findings["intracranial_bleed"]["value"] == "present"
    draft = withdraw_finding(draft, "intracranial_bleed", by=cast.consultant, reason="Scan of another patient")
    assert "intracranial_bleed" not in draft.findings
    assert draft.withdrawn == [
        {
            "code": "intracranial_bleed",
            "value": "present",
            "unit": None,
            "observed_on": "2026-11-14",
            "reason": "Scan of another patient",
            "by": "Dr Jane Okafor",
            "at": "2026-11-22T10:42:00+00:00",
        }
    ]
    saved = factories.save(draft, cast.consultant, {"intracranial_bleed": "none"})
    assert saved.refusals == {}
    event = AuditEvent.objects.get(action="patients.finding_withdrawn")
    assert event.reason_given == "Scan of another patient"
    assert event.before["intracranial_bleed"]["value"] == "present"


@pytest.mark.parametrize(("code", "reason"), [("kps", "  "), ("deposits", "error"), ("nonsense", "error")])
def test_a_withdrawal_needs_an_answer_and_a_reason(cast: Cast, draft: Assessment, code: str, reason: str) -> None:
    draft = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    with pytest.raises(NothingToDo):
        withdraw_finding(draft, code, by=cast.consultant, reason=reason)
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "80"


def test_confirming_redates_observations_and_never_events(cast: Cast, patient: Patient, release: Release) -> None:
    old = Answer("reservoir", observed_on="01-Nov-2026")
    factories.make_plan(
        cast.consultant, patient, {"kps": Answer("80", observed_on="20-Nov-2026"), "ventricular_device": old}
    )
    with time_machine.travel(LATER, tick=False):
        draft = start_assessment(patient, by=cast.consultant)
        confirmed = confirm_unchanged(draft, ["primary_tumour", "ventricular_device"], by=cast.registrar)
    tumour, device = confirmed.findings["primary_tumour"], confirmed.findings["ventricular_device"]
    assert (tumour["observed_on"], tumour["confirmed"], tumour["by"]) == ("2026-12-10", True, "Dr Samir Haddad")
    assert (device["observed_on"], device["confirmed"]) == ("2026-11-01", True)
    assert confirmed.findings["deposits"]["confirmed"] is False
    event = AuditEvent.objects.get(action="patients.findings_confirmed")
    assert set(event.after) == {"primary_tumour", "ventricular_device"}


def test_too_old_overtaken_or_blocked_answers_are_not_confirmed(cast: Cast, patient: Patient, release: Release) -> None:
    factories.make_plan(cast.consultant, patient, {"kps": Answer("80", observed_on="20-Nov-2026")})
    with time_machine.travel(LATER, tick=False):
        draft = start_assessment(patient, by=cast.consultant)
        for code in ("kps", "csf_flow"):
            with pytest.raises(NothingToDo, match="Enter the new result with its date"):
                confirm_unchanged(draft, [code, "deposits"], by=cast.consultant)
        draft.refresh_from_db()
        assert not any(one["confirmed"] for one in draft.findings.values())


def test_only_recorded_answers_can_be_confirmed(cast: Cast, draft: Assessment) -> None:
    with pytest.raises(NothingToDo):
        confirm_unchanged(draft, ["kps", "nonsense"], by=cast.consultant)


def test_newer_guidance_is_adopted_on_request(cast: Cast, draft: Assessment) -> None:
    draft = factories.save(
        draft, cast.consultant, {"kps": "80", "deposits": "linear", "csf_cytology": "equivocal"}
    ).assessment

    def change(document: dict[str, Any]) -> None:
        finding_of(document, "kps")["maximum"] = 70

    newer = factories.newer_release(change)
    adopted = adopt_release(draft, by=cast.registrar)
    assert adopted.release == newer
    assert adopted.findings["deposits"]["value"] == "linear"
    assert adopted.findings["kps"]["value"] is None
    assert adopted.findings["kps"]["refused"]["entered"] == "80"
    event = AuditEvent.objects.get(action="patients.release_adopted")
    assert (event.before["release"], event.after["release"]) == (draft.release.sha256, newer.sha256)


def test_the_guidance_in_force_is_not_adopted_twice(cast: Cast, draft: Assessment) -> None:
    with pytest.raises(NotAllowed) as refused:
        adopt_release(draft, by=cast.consultant)
    assert refused.value.reason is Reason.NO_NEWER_GUIDANCE


def test_discarding_needs_a_reason_and_closes(cast: Cast, patient: Patient, draft: Assessment) -> None:
    with pytest.raises(NothingToDo):
        discard_assessment(draft, by=cast.consultant, reason=" ")
    discarded = discard_assessment(draft, by=cast.consultant, reason="Wrong patient")
    assert (discarded.state, discarded.discard_reason) == ("discarded", "Wrong patient")
    event = AuditEvent.objects.get(action="patients.assessment_discarded")
    assert event.reason_given == "Wrong patient"
    for change in (
        lambda: discard_assessment(draft, by=cast.consultant, reason="again"),
        lambda: withdraw_finding(draft, "kps", by=cast.consultant, reason="x"),
        lambda: confirm_unchanged(draft, ["kps"], by=cast.consultant),
        lambda: adopt_release(draft, by=cast.consultant),
    ):
        with pytest.raises(NotAllowed) as refused:
            change()
        assert refused.value.reason is Reason.ASSESSMENT_DISCARDED
    start_assessment(patient, by=cast.consultant)


def test_every_change_of_the_draft_moves_the_revision(cast: Cast, draft: Assessment) -> None:
    draft = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    assert confirm_unchanged(draft, ["kps"], by=cast.consultant).revision == 3
    assert withdraw_finding(draft, "kps", by=cast.consultant, reason="x").revision == 4
