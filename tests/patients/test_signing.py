"""Signing: every obstacle by itself, what is kept, and that nothing of it can be changed afterwards."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent
from pathways.models import Activation
from patients.findings import Answer, board_of
from patients.models import Assessment, Patient, PlanWithdrawal, SignedPlan
from patients.permissions import NotAllowed, Reason
from patients.services.assessments import NothingToDo, start_assessment
from patients.services.decisions import decide
from patients.services.patients import edit_patient, fields_of
from patients.services.plans import SigningRefused, sign_plan, withdraw_plan
from patients.signing import SignObstacle
from patients.states import PlanState
from tests import factories
from tests.cast import PASSWORD, Cast
from tests.patients.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
COMPLETE = factories.FAVOURABLE | {
    "intracranial_bleed": "none",
    "ventricular_device": "none",
    "radiotherapy_to_block": "no",
}


@pytest.fixture
def ready(cast: Cast, draft: Assessment) -> Assessment:
    """Answered in full; every verdict is settled."""
    saved = factories.save(draft, cast.consultant, COMPLETE).assessment
    factories.answer_what_is_required(saved, cast.consultant)
    return saved


def obstacles(assessment: Assessment, cast: Cast, **changed: object) -> set[SignObstacle]:
    arguments = factories.signing(assessment, **changed)
    events = AuditEvent.objects.count()
    with pytest.raises(SigningRefused) as refused:
        sign_plan(assessment, by=cast.consultant, **arguments)
    assert AuditEvent.objects.count() == events + 1
    event = AuditEvent.objects.filter(action="patients.sign_refused").latest("db_at")
    assert event.outcome == "refused"
    assert PASSWORD not in str(bytes(event.payload))
    assert not SignedPlan.objects.visible_to(cast.consultant).filter(assessment=assessment).exists()
    assessment.refresh_from_db()
    assert assessment.is_draft
    return {obstacle.kind for obstacle in refused.value.obstacles}


def test_a_plan_is_signed(cast: Cast, ready: Assessment) -> None:
    events = AuditEvent.objects.count()
    plan = sign_plan(ready, by=cast.consultant, **factories.signing(ready, reassess_by=date(2026, 12, 6)))
    assert AuditEvent.objects.count() == events + 1
    assert AuditEvent.objects.get(action="patients.plan_signed").after["body_sha256"] == plan.body_sha256
    ready.refresh_from_db()
    assert ready.state == "signed"
    assert plan.number == 1
    assert plan.release == ready.release
    assert plan.signed_by == {
        "id": str(cast.consultant.pk),
        "name": "Dr Jane Okafor",
        "role": "Consultant neuro-oncologist",
        "registration": "TEST-consultant",
    }
    assert plan.state is PlanState.CURRENT


def test_the_body_is_canonical_and_hashed_as_it_is_stored(cast: Cast, ready: Assessment) -> None:
    plan = sign_plan(ready, by=cast.consultant, **factories.signing(ready))
    plan = SignedPlan.objects.visible_to(cast.consultant).get(pk=plan.pk)
    assert hashlib.sha256(plan.body.encode()).hexdigest() == plan.body_sha256
    again = json.dumps(json.loads(plan.body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again == plan.body


@pytest.mark.parametrize(
    ("changed", "obstacle"),
    [
        ({"birth_date": date(2008, 11, 23)}, SignObstacle.UNDER_AGE),
        ({"tumour_kind": "not_solid"}, SignObstacle.NOT_A_SOLID_TUMOUR),
        ({"tumour_kind": "not_recorded"}, SignObstacle.TUMOUR_KIND_NOT_RECORDED),
    ],
)
def test_outside_the_intended_use_nothing_is_signed(
    cast: Cast, ready: Assessment, changed: dict[str, object], obstacle: SignObstacle
) -> None:
    edit_patient(ready.patient, replace(fields_of(ready.patient), **changed), by=cast.consultant, revision=1)
    ready.refresh_from_db()
    assert obstacles(ready, cast) == {obstacle}


def test_on_the_eighteenth_birthday_it_is_signed(cast: Cast, ready: Assessment) -> None:
    details = replace(fields_of(ready.patient), birth_date=date(2008, 11, 22))
    edit_patient(ready.patient, details, by=cast.consultant, revision=1)
    ready.refresh_from_db()
    assert sign_plan(ready, by=cast.consultant, **factories.signing(ready)).number == 1


def test_every_do_and_discuss_must_be_answered(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(draft, cast.consultant, COMPLETE | {"kps": "50", "cranial_neuropathy": "yes"}).assessment
    with pytest.raises(SigningRefused) as refused:
        sign_plan(saved, by=cast.consultant, **factories.signing(saved))
    waiting = {one.intervention for one in refused.value.obstacles}
    assert waiting == {"focal_radiotherapy", "best_supportive_care", "corticosteroids"}
    factories.answer_what_is_required(saved, cast.consultant, except_for=["focal_radiotherapy"])
    assert obstacles(saved, cast) == {SignObstacle.VERDICT_NOT_ANSWERED}


def test_an_answer_to_earlier_advice_does_not_count(cast: Cast, ready: Assessment) -> None:
    changed = factories.save(ready, cast.consultant, {"primary_tumour": "breast", "her2": "positive"}).assessment
    with pytest.raises(SigningRefused) as refused:
        sign_plan(changed, by=cast.consultant, **factories.signing(changed))
    (obstacle,) = refused.value.obstacles
    assert obstacle.intervention == "systemic_therapy"
    assert "earlier answer was to other advice" in obstacle.message


def test_what_is_satisfied_needs_no_answer(cast: Cast, ready: Assessment) -> None:
    board = board_of(ready, today=TODAY)
    assert board.evaluation.verdicts["csf_flow_study"].satisfied
    assert "csf_flow_study" not in board.decisions
    sign_plan(ready, by=cast.consultant, **factories.signing(ready))


def test_missing_findings_do_not_block_but_unsettled_advice_is_acknowledged(cast: Cast, draft: Assessment) -> None:
    assert obstacles(draft, cast, acknowledged_unsettled=False) == {SignObstacle.UNSETTLED_NOT_ACKNOWLEDGED}
    assert sign_plan(draft, by=cast.consultant, **factories.signing(draft)).number == 1


def test_settled_advice_needs_no_acknowledgement(cast: Cast, ready: Assessment) -> None:
    assert all(verdict.settled for verdict in board_of(ready, today=TODAY).evaluation.verdicts.values())
    sign_plan(ready, by=cast.consultant, **factories.signing(ready, acknowledged_unsettled=False))


def test_an_answer_that_was_not_accepted_blocks(cast: Cast, ready: Assessment) -> None:
    changed = factories.save(ready, cast.consultant, {"csf_protein": Answer("0,9", "g/L")}).assessment
    assert obstacles(changed, cast) == {SignObstacle.ANSWER_REFUSED}


def test_an_overridden_prohibition_needs_somebody_it_was_discussed_with(cast: Cast, draft: Assessment) -> None:
    bleed = COMPLETE | {
        "intracranial_bleed": Answer("present", observed_on="21-Nov-2026"),
        "bleed_effect": "symptomatic",
    }
    saved = factories.save(draft, cast.consultant, bleed).assessment
    factories.answer_what_is_required(saved, cast.consultant)
    decide(
        saved,
        by=cast.consultant,
        intervention="intrathecal_chemotherapy",
        advice_hash=board_of(saved, today=TODAY).advice_hashes["intrathecal_chemotherapy"],
        answer="give_anyway",
        reason_text="Last option",
        instead="Waiting",
    )
    assert obstacles(saved, cast) == {SignObstacle.NOT_DISCUSSED}
    assert obstacles(saved, cast, discussed_with="  ") == {SignObstacle.NOT_DISCUSSED}
    sign_plan(saved, by=cast.consultant, **factories.signing(saved, discussed_with="Dr P Ng, neurosurgery"))


@pytest.mark.parametrize(
    ("changed", "obstacle"),
    [
        ({"password": "wrong"}, SignObstacle.WRONG_PASSWORD),
        ({"password": ""}, SignObstacle.WRONG_PASSWORD),
        ({"meaning": ""}, SignObstacle.NO_MEANING),
        ({"meaning": "nonsense"}, SignObstacle.NO_MEANING),
        ({"meaning": "on_behalf"}, SignObstacle.ON_BEHALF_OF_WHOM),
        ({"reassess_by": date(2026, 11, 21)}, SignObstacle.REASSESS_IN_THE_PAST),
        ({"board_hash": "0" * 64}, SignObstacle.BOARD_CHANGED),
        ({"board_hash": ""}, SignObstacle.BOARD_CHANGED),
    ],
)
def test_what_the_form_lacks(cast: Cast, ready: Assessment, changed: dict[str, object], obstacle: SignObstacle) -> None:
    assert obstacles(ready, cast, **changed) == {obstacle}


def test_everything_that_is_wrong_is_said_at_once(cast: Cast, draft: Assessment) -> None:
    found = obstacles(draft, cast, password="wrong", meaning="", acknowledged_unsettled=False)
    assert found == {
        SignObstacle.WRONG_PASSWORD,
        SignObstacle.NO_MEANING,
        SignObstacle.UNSETTLED_NOT_ACKNOWLEDGED,
    }


def test_on_behalf_of_somebody(cast: Cast, ready: Assessment) -> None:
    behalf = factories.signing(ready, meaning="on_behalf", on_behalf_of="Dr Jane Okafor")
    plan = sign_plan(ready, by=cast.registrar, **behalf)
    assert (plan.meaning, plan.on_behalf_of, plan.signed_by["name"]) == (
        "on_behalf",
        "Dr Jane Okafor",
        "Dr Samir Haddad",
    )


def test_midnight_changes_the_board_and_the_refusal_says_what(cast: Cast, draft: Assessment) -> None:
    answers = COMPLETE | {"kps": Answer("80", observed_on="08-Nov-2026")}
    saved = factories.save(draft, cast.consultant, answers).assessment
    factories.answer_what_is_required(saved, cast.consultant)
    arguments = factories.signing(saved)
    with time_machine.travel(datetime(2026, 11, 23, 0, 5, tzinfo=UTC)), pytest.raises(SigningRefused) as refused:
        sign_plan(saved, by=cast.consultant, **arguments)
    changed = [one for one in refused.value.obstacles if one.kind is SignObstacle.BOARD_CHANGED]
    assert "a day has ended" in changed[0].message
    assert "Karnofsky" in changed[0].message


def test_somebody_elses_change_changes_the_board(cast: Cast, ready: Assessment) -> None:
    arguments = factories.signing(ready)
    factories.save(ready, cast.registrar, {}, ceilings="Ward care only")
    with pytest.raises(SigningRefused) as refused:
        sign_plan(ready, by=cast.consultant, **arguments)
    assert {one.kind for one in refused.value.obstacles} == {SignObstacle.BOARD_CHANGED}


def test_only_on_the_guidance_in_force(cast: Cast, ready: Assessment) -> None:
    factories.newer_release(lambda document: document.update(title="Newer"))
    assert obstacles(ready, cast) == {SignObstacle.OTHER_GUIDANCE}


def test_without_guidance_in_force_nothing_is_signed(cast: Cast, ready: Assessment, settings: object) -> None:
    settings.LM_MODE = "live"  # type: ignore[attr-defined] (the shipped content is under review)
    assert Activation.objects.exists()
    assert obstacles(ready, cast) == {SignObstacle.NO_GUIDANCE}


def test_who_may_sign(cast: Cast, ready: Assessment) -> None:
    for user in (cast.outsider, cast.auditor, cast.editor):
        with pytest.raises(NotAllowed):
            sign_plan(ready, by=user, **factories.signing(ready))
    sign_plan(ready, by=cast.registrar, **factories.signing(ready))


def test_a_signed_assessment_is_not_signed_or_changed_again(cast: Cast, ready: Assessment) -> None:
    sign_plan(ready, by=cast.consultant, **factories.signing(ready))
    with pytest.raises(NotAllowed) as refused:
        sign_plan(ready, by=cast.consultant, **factories.signing(ready))
    assert refused.value.reason is Reason.ASSESSMENT_SIGNED
    with pytest.raises(NotAllowed):
        factories.save(ready, cast.consultant, {"kps": "70"})


def test_if_the_log_cannot_be_written_nothing_is_signed(
    cast: Cast, ready: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = factories.signing(ready)

    def broken(*args: object, **values: object) -> None:
        raise RuntimeError("The log is full.")

    monkeypatch.setattr("patients.services.plans.record", broken)
    with pytest.raises(RuntimeError):
        sign_plan(ready, by=cast.consultant, **arguments)
    ready.refresh_from_db()
    assert ready.is_draft
    assert not SignedPlan.objects.visible_to(cast.consultant).exists()


def test_plans_are_numbered_and_superseded(cast: Cast, patient: Patient, ready: Assessment) -> None:
    first = sign_plan(ready, by=cast.consultant, **factories.signing(ready))
    second_draft = start_assessment(patient, by=cast.consultant)
    factories.answer_what_is_required(second_draft, cast.consultant)
    second = sign_plan(second_draft, by=cast.consultant, **factories.signing(second_draft))
    assert (first.number, second.number) == (1, 2)
    states = {one.number: one.state for one in SignedPlan.objects.visible_to(cast.consultant).with_state()}
    assert states == {1: PlanState.SUPERSEDED, 2: PlanState.CURRENT}
    withdraw_plan(second, by=cast.registrar, reason="Wrong patient")
    states = {one.number: one.state for one in SignedPlan.objects.visible_to(cast.consultant)}
    assert states == {1: PlanState.CURRENT, 2: PlanState.WITHDRAWN}


def test_a_withdrawal_has_a_reason_and_happens_once(cast: Cast, patient: Patient, release: object) -> None:
    plan = factories.make_plan(cast.consultant, patient)
    with pytest.raises(NothingToDo):
        withdraw_plan(plan, by=cast.consultant, reason=" ")
    with pytest.raises(NotAllowed):
        withdraw_plan(plan, by=cast.outsider, reason="x")
    events = AuditEvent.objects.count()
    withdrawal = withdraw_plan(plan, by=cast.registrar, reason="Wrong patient")
    assert (withdrawal.reason, withdrawal.by["name"]) == ("Wrong patient", "Dr Samir Haddad")
    assert AuditEvent.objects.count() == events + 1
    assert AuditEvent.objects.get(action="patients.plan_withdrawn").reason_given == "Wrong patient"
    with pytest.raises(NotAllowed) as refused:
        withdraw_plan(plan, by=cast.consultant, reason="again")
    assert refused.value.reason is Reason.PLAN_WITHDRAWN


@pytest.mark.parametrize("table", ["patients_signedplan", "patients_planwithdrawal"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_or_delete(
    cast: Cast, patient: Patient, release: object, table: str, statement: str
) -> None:
    plan = factories.make_plan(cast.consultant, patient)
    withdraw_plan(plan, by=cast.consultant, reason="Wrong patient")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SignedPlan.objects.visible_to(cast.consultant).update(body="{}")
    assert PlanWithdrawal.objects.count() == 1


def test_the_plan_speaks_of_giving_anyway_and_never_of_overriding(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(
        draft, cast.consultant, COMPLETE | {"intracranial_bleed": Answer("present", observed_on="-1d")}
    )
    factories.answer_what_is_required(saved.assessment, cast.consultant)
    decide(
        saved.assessment,
        by=cast.consultant,
        intervention="intrathecal_chemotherapy",
        advice_hash=board_of(saved.assessment, today=TODAY).advice_hashes["intrathecal_chemotherapy"],
        answer="give_anyway",
        reason_text="Last option",
        instead="Waiting",
    )
    with pytest.raises(SigningRefused) as refused:
        sign_plan(saved.assessment, by=cast.consultant, **factories.signing(saved.assessment))
    (obstacle,) = refused.value.obstacles
    assert obstacle.message == "A “Do not” is given anyway. Write with whom this was discussed: name and role."
