"""What the guidance learns of the records: answers and counts, and nothing that says whose they are."""

import dataclasses
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from pathways.clinic import the_clinic
from pathways.engine.evaluation import evaluate
from pathways.models import Release
from pathways.selectors import loaded
from patients.findings import board_of
from patients.models import Assessment, Decision, Patient
from patients.selectors import unnamed
from patients.services.assessments import discard_assessment, start_assessment
from patients.services.decisions import decide
from patients.services.plans import withdraw_plan
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW
from tests.patients.renamed_content import all_of, finding_renamed, option_removed

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
SINCE = date(2026, 11, 1)


def other_patient(cast: Cast) -> Patient:
    return factories.make_patient(cast.consultant, cast.neuro_oncology)


# Stored records


def test_open_drafts_and_plans_in_force_are_found(cast: Cast, patient: Patient, release: Release) -> None:
    factories.make_plan(cast.consultant, patient)
    with time_machine.travel(LATER, tick=False):
        latest = factories.make_plan(cast.consultant, patient, {"csf_flow": "unobstructed", "kps": "70"})
        draft = start_assessment(patient, by=cast.consultant)
        found = list(the_clinic().stored_records())
    assert [(one.kind, one.id, one.as_of) for one in found] == [
        ("draft", draft.pk, LATER.date()),
        ("signed plan", latest.pk, LATER.date()),
    ]
    assert the_clinic().count_records() == 2
    assert {one.release_sha256 for one in found} == {release.sha256}


def test_a_plan_is_tried_as_of_the_day_it_was_signed(cast: Cast, patient: Patient, release: Release) -> None:
    plan = factories.make_plan(cast.consultant, patient)
    with time_machine.travel(LATER, tick=False):
        (record,) = the_clinic().stored_records()
    engine = loaded(release).engine
    verdicts = evaluate(engine, record.observations(engine), record.as_of).verdicts
    signed = plan.body_document["evaluated"]["verdicts"]
    assert {code: one.stance.value if one.stance else None for code, one in verdicts.items()} == {
        code: one["stance"] for code, one in signed.items()
    }
    assert record.as_of == NOW.date()


def test_what_is_closed_is_not_found(cast: Cast, patient: Patient, release: Release) -> None:
    withdraw_plan(factories.make_plan(cast.consultant, patient), by=cast.consultant, reason="Wrong patient")
    discard_assessment(start_assessment(patient, by=cast.consultant), by=cast.consultant, reason="Twice")
    assert list(the_clinic().stored_records()) == []
    assert the_clinic().count_records() == 0


def test_after_a_withdrawal_the_plan_before_is_in_force_again(cast: Cast, patient: Patient, release: Release) -> None:
    first = factories.make_plan(cast.consultant, patient)
    second = factories.make_plan(cast.consultant, patient)
    assert [one.id for one in the_clinic().stored_records()] == [second.pk]
    withdraw_plan(second, by=cast.consultant, reason="Wrong patient")
    assert [one.id for one in the_clinic().stored_records()] == [first.pk]


def test_nothing_says_whose_they_are(cast: Cast, release: Release) -> None:
    patient = factories.make_patient(
        cast.consultant, cast.neuro_oncology, family_name="Unmistakable", hospital_number="X99881"
    )
    factories.make_plan(cast.consultant, patient)
    start_assessment(patient, by=cast.consultant)
    for record in the_clinic().stored_records():
        text = repr(dataclasses.asdict(record))  # type: ignore[call-overload]
        for secret in ("Unmistakable", "X99881", patient.nhs_number, str(patient.pk), "1961"):
            assert secret not in text


def test_chunks_leave_nothing_out(
    cast: Cast, release: Release, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    drafts = [factories.make_draft(cast.consultant, other_patient(cast)).pk for _ in range(5)]
    monkeypatch.setattr(unnamed, "CHUNK", 2)
    with django_assert_num_queries(5):  # three chunks of drafts and their end, and no plan
        found = [one.id for one in the_clinic().stored_records()]
    assert found == sorted(drafts)


def test_answers_are_read_under_their_new_codes(cast: Cast, draft: Assessment, release: Release) -> None:
    factories.save(draft, cast.consultant, factories.FAVOURABLE)
    newer = factories.newer_release(
        all_of(finding_renamed("deposits", "deposit_form"), option_removed("csf_cytology", "positive", "Counted now."))
    )
    (record,) = the_clinic().stored_records()
    old, new = loaded(release).engine, loaded(newer).engine
    assert record.observations(old)["deposits"].value == "linear"
    moved = record.observations(new)
    assert moved["deposit_form"].value == "linear"
    assert {"deposits", "csf_cytology"}.isdisjoint(moved)
    assert record.release_sha256 == release.sha256


# Answers given


def answered(cast: Cast, kind: str, answers: dict[str, str], **given: str) -> Decision:
    """Of one more patient, in a draft of its own."""
    draft = factories.make_draft(cast.consultant, other_patient(cast), factories.FAVOURABLE | answers)
    return answer(cast, draft, kind, **given)


def answer(cast: Cast, draft: Assessment, intervention: str, **given: str) -> Decision:
    board = board_of(draft, today=timezone.localdate())
    return decide(
        draft, by=cast.consultant, intervention=intervention, advice_hash=board.advice_hashes[intervention], **given
    )


def counts(since: date = SINCE) -> dict[tuple[str, str], tuple[int, int, str]]:
    return {
        (one.intervention, one.stance): (one.followed, one.declined, one.top_reason)
        for one in the_clinic().answers_given(since)
    }


POOR = {"kps": "50", "cranial_neuropathy": "yes", "wbrt_benefit": "yes"} | dict.fromkeys(
    ("ventricular_device", "intracranial_bleed"), "none"
)
CARE = "best_supportive_care"


def test_answers_are_counted_per_verdict_with_the_most_frequent_reason(cast: Cast, release: Release) -> None:
    answered(cast, CARE, POOR, answer="follow")
    for reason in ("goals_of_care", "patient_declines", "patient_declines"):
        answered(cast, CARE, POOR, answer="decline", reason_code=reason)
    answered(cast, CARE, POOR, answer="decline", reason_text="Words that only the record shows")
    assert counts() == {(CARE, "recommend"): (1, 4, "Patient declines")}
    assert "Words" not in repr(list(the_clinic().answers_given(SINCE)))


def test_using_what_is_not_advised_declines_the_advice(cast: Cast, release: Release) -> None:
    draft = factories.make_draft(cast.consultant, other_patient(cast), factories.FAVOURABLE | POOR)
    answer(cast, draft, "systemic_therapy", answer="use", reason_text="An effective drug is running")
    answer(cast, draft, "whole_brain_radiotherapy", answer="use")
    answer(cast, draft, "focal_radiotherapy", answer="discuss", discuss_at="Thursday")
    assert counts() == {
        ("systemic_therapy", "avoid"): (0, 1, ""),
        ("whole_brain_radiotherapy", "consider"): (1, 0, ""),
        ("focal_radiotherapy", "discuss"): (1, 0, ""),
    }


def test_another_reason_is_shown_as_other(cast: Cast, release: Release) -> None:
    answered(cast, CARE, POOR, answer="decline", reason_code="other", reason_text="Moved to the coast")
    assert counts() == {(CARE, "recommend"): (0, 1, "Other")}


def test_only_the_answer_that_stands_counts(cast: Cast, release: Release) -> None:
    changed = factories.make_draft(cast.consultant, other_patient(cast), factories.FAVOURABLE | POOR)
    answer(cast, changed, CARE, answer="decline", reason_code="goals_of_care")
    answer(cast, changed, CARE, answer="follow")
    taken_back = factories.make_draft(cast.consultant, other_patient(cast), factories.FAVOURABLE | POOR)
    answer(cast, taken_back, CARE, answer="follow")
    answer(cast, taken_back, CARE, answer="undone")
    discarded = factories.make_draft(cast.consultant, other_patient(cast), factories.FAVOURABLE | POOR)
    answer(cast, discarded, CARE, answer="follow")
    discard_assessment(discarded, by=cast.consultant, reason="Wrong day")
    assert counts() == {(CARE, "recommend"): (1, 0, "")}


def test_answers_before_the_day_are_left_out(cast: Cast, release: Release) -> None:
    answered(cast, CARE, POOR, answer="follow")
    assert counts(NOW.date()) == {(CARE, "recommend"): (1, 0, "")}
    assert counts(date(2026, 11, 23)) == {}


def test_counting_costs_two_statements(cast: Cast, release: Release, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        answered(cast, CARE, POOR, answer="decline", reason_code="goals_of_care")
    with django_assert_num_queries(2):
        the_clinic().answers_given(SINCE)
