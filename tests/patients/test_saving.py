"""Saving a draft: one effect per key, nothing lost, nothing over somebody else's work, one event."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine

from audit.models import AuditEvent
from patients.findings import Answer, FormContext, board_of
from patients.models import Assessment, Patient, SavedChange
from patients.permissions import NotAllowed, Reason
from patients.services.assessments import (
    FormMovedOn,
    MovedOn,
    discard_assessment,
    save_draft,
    start_assessment,
)
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def test_a_save_stores_what_was_typed(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(
        draft, cast.registrar, {"kps": "80", "csf_protein": Answer("0.90", "g/L")}, priorities="To be at home"
    )
    assert saved.refusals == {}
    draft.refresh_from_db()
    assert draft.revision == 2
    assert draft.priorities == "To be at home"
    assert draft.updated_by == cast.registrar
    assert draft.findings["csf_protein"]["value"] == "0.90"
    assert draft.findings["kps"] == {
        "value": "80",
        "unit": None,
        "observed_on": "2026-11-22",
        "origin": "entered",
        "carried_from": None,
        "confirmed": True,
        "why_unknown": None,
        "refused": None,
        "by": "Dr Samir Haddad",
        "at": "2026-11-22T10:42:00+00:00",
    }


def test_exactly_one_event_with_the_changed_findings_only(cast: Cast, draft: Assessment) -> None:
    draft = factories.save(draft, cast.consultant, {"kps": "80", "deposits": "linear"}).assessment
    events = AuditEvent.objects.count()
    factories.save(draft, cast.consultant, {"kps": "70", "deposits": "linear"})
    assert AuditEvent.objects.count() == events + 1
    event = AuditEvent.objects.order_by("at_us", "db_at").filter(action="patients.assessment_saved").last()
    assert event is not None
    assert event.patient_id == draft.patient_id
    changed = [one for one in AuditEvent.objects.filter(action="patients.assessment_saved") if one.before.get("kps")]
    assert len(changed) == 1
    assert changed[0].before["kps"]["value"] == "80"
    assert changed[0].after["kps"]["value"] == "70"
    assert "deposits" not in changed[0].after


def test_one_refusal_does_not_lose_the_other_answers(cast: Cast, draft: Assessment) -> None:
    saved = factories.save(
        draft,
        cast.consultant,
        {"kps": "65", "deposits": "linear", "intracranial_bleed": Answer("present"), "no_such_thing": "1"},
    )
    assert set(saved.refusals) == {"kps", "intracranial_bleed", "no_such_thing"}
    draft.refresh_from_db()
    assert draft.findings["deposits"]["value"] == "linear"
    assert draft.findings["kps"]["value"] is None
    assert "no_such_thing" not in draft.findings
    board = board_of(draft, today=TODAY)
    assert board.evaluation.findings["kps"].value is None
    assert board.evaluation.findings["intracranial_bleed"].value is None


def test_a_finding_that_was_not_in_the_form_stays(cast: Cast, draft: Assessment) -> None:
    first = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    factories.save(first, cast.consultant, {"deposits": "linear"})
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "80"


def test_an_empty_answer_clears_and_counts_as_unknown(cast: Cast, draft: Assessment) -> None:
    first = factories.save(draft, cast.consultant, {"raised_icp": "no"}).assessment
    factories.save(first, cast.consultant, {"raised_icp": ""})
    draft.refresh_from_db()
    assert "raised_icp" not in draft.findings


def test_the_same_save_sent_twice_has_one_effect(cast: Cast, draft: Assessment) -> None:
    sent = factories.submission(draft, cast.consultant, {"kps": "80", "csf_flow": "nonsense"})
    first = save_draft(draft, by=cast.consultant, submission=sent)
    events = AuditEvent.objects.count()
    second = save_draft(draft, by=cast.consultant, submission=sent)
    assert (first.replayed, second.replayed) == (False, True)
    assert second.assessment.revision == first.assessment.revision == 2
    assert second.refusals == first.refusals
    assert AuditEvent.objects.count() == events
    assert SavedChange.objects.count() == 1


def test_a_repetition_gets_the_current_answer(cast: Cast, draft: Assessment) -> None:
    sent = factories.submission(draft, cast.consultant, {"kps": "80"})
    save_draft(draft, by=cast.consultant, submission=sent)
    draft.refresh_from_db()
    factories.save(draft, cast.consultant, {"kps": "70"})
    assert save_draft(draft, by=cast.consultant, submission=sent).assessment.findings["kps"]["value"] == "70"


def test_a_used_key_with_other_answers_is_not_taken_for_a_repetition(cast: Cast, draft: Assessment) -> None:
    """The Back button shows the old form, key and all; what is typed into it then must not vanish."""
    sent = factories.submission(draft, cast.consultant, {"kps": "80"})
    save_draft(draft, by=cast.consultant, submission=sent)
    again = factories.submission(draft, cast.consultant, {"kps": "60"}, key=sent.key, context=sent.context)
    with pytest.raises(FormMovedOn) as moved_on:
        save_draft(draft, by=cast.consultant, submission=again)
    assert moved_on.value.reason is MovedOn.KEY_USED_BEFORE
    assert [(one.saved, one.yours) for one in moved_on.value.differences] == [("80, 22-Nov-2026", "60, 22-Nov-2026")]


def test_a_used_key_under_a_renewed_context(cast: Cast, draft: Assessment) -> None:
    sent = factories.submission(draft, cast.consultant, {"kps": "80"})
    save_draft(draft, by=cast.consultant, submission=sent)
    draft.refresh_from_db()
    same = factories.submission(draft, cast.consultant, {"kps": "80"}, key=sent.key)
    assert save_draft(draft, by=cast.consultant, submission=same).replayed
    other = factories.submission(draft, cast.consultant, {"kps": "60"}, key=sent.key)
    with pytest.raises(FormMovedOn) as moved_on:
        save_draft(draft, by=cast.consultant, submission=other)
    assert moved_on.value.reason is MovedOn.KEY_USED_BEFORE
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "80"


def test_an_older_form_is_refused_with_both_values(cast: Cast, draft: Assessment) -> None:
    old = factories.submission(draft, cast.registrar, {"kps": "60", "deposits": "linear"}, ceilings="Ward care")
    factories.save(draft, cast.consultant, {"kps": "80"})
    with pytest.raises(FormMovedOn) as moved_on:
        save_draft(draft, by=cast.registrar, submission=old)
    assert moved_on.value.reason is MovedOn.NEWER_REVISION
    shown = {one.code: (one.label, one.saved, one.yours) for one in moved_on.value.differences}
    assert shown["kps"][1:] == ("80, 22-Nov-2026", "60, 22-Nov-2026")
    assert shown["deposits"][1:] == ("Nothing recorded", "Linear, 22-Nov-2026")
    assert shown["ceilings"] == ("Ceilings of care", "Nothing recorded", "Ward care")
    draft.refresh_from_db()
    assert (draft.revision, draft.findings["kps"]["value"]) == (2, "80")


def test_after_both_were_shown_mine_is_saved_and_the_log_says_so(cast: Cast, draft: Assessment) -> None:
    draft = factories.save(draft, cast.consultant, {"kps": "80"}).assessment
    factories.save(draft, cast.registrar, {"kps": "60"}, resolve=True)
    draft.refresh_from_db()
    assert draft.findings["kps"]["value"] == "60"
    reasons = [event.reason_given for event in AuditEvent.objects.filter(action="patients.assessment_saved")]
    assert [reason for reason in reasons if reason] == ["Own answers kept after both versions were shown"]


def test_a_form_of_yesterday_is_refused(cast: Cast, draft: Assessment) -> None:
    sent = factories.submission(draft, cast.consultant, {"kps": "80"})
    with time_machine.travel(datetime(2026, 11, 23, 0, 5, tzinfo=UTC)), pytest.raises(FormMovedOn) as moved_on:
        save_draft(draft, by=cast.consultant, submission=sent)
    assert moved_on.value.reason is MovedOn.OTHER_DAY
    assert moved_on.value.differences[0].yours == "80, 23-Nov-2026"


def test_a_save_moves_the_assessment_to_today(cast: Cast, draft: Assessment) -> None:
    with time_machine.travel(datetime(2026, 11, 25, 9, 0, tzinfo=UTC)):
        factories.save(draft, cast.consultant, {"kps": "80"})
    draft.refresh_from_db()
    assert draft.day == date(2026, 11, 25)


def test_a_form_opened_by_somebody_else_is_refused_without_showing_anything(cast: Cast, draft: Assessment) -> None:
    sent = factories.submission(draft, cast.registrar, {"kps": "80"})
    with pytest.raises(FormMovedOn) as moved_on:
        save_draft(draft, by=cast.consultant, submission=sent)
    assert (moved_on.value.reason, moved_on.value.differences) == (MovedOn.OTHER_USER, ())


def test_a_form_of_another_patient_is_refused_without_showing_anything(cast: Cast, draft: Assessment) -> None:
    other_patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    other = start_assessment(other_patient, by=cast.consultant)
    sent = factories.submission(other, cast.consultant, {"kps": "80"})
    with pytest.raises(FormMovedOn) as moved_on:
        save_draft(draft, by=cast.consultant, submission=sent)
    assert (moved_on.value.reason, moved_on.value.differences) == (MovedOn.OTHER_PATIENT, ())


def test_a_context_of_another_release_is_refused(cast: Cast, draft: Assessment) -> None:
    context = FormContext.of(draft, user=cast.consultant, today=TODAY)
    other = FormContext(context.user, context.patient, context.assessment, context.revision, uuid4(), context.day)
    with pytest.raises(FormMovedOn) as moved_on:
        factories.save(draft, cast.consultant, {"kps": "80"}, context=other)
    assert moved_on.value.reason is MovedOn.OTHER_RELEASE


@pytest.mark.parametrize("who", ["outsider", "editor", "auditor", "administrator"])
def test_people_without_the_patient_may_not_save(cast: Cast, draft: Assessment, who: str) -> None:
    user = getattr(cast, who)
    expected = Reason.NOT_YOUR_WARD if who == "outsider" else Reason.NO_CLINICAL_ROLE
    with pytest.raises(NotAllowed) as refused:
        factories.save(draft, user, {"kps": "80"})
    assert refused.value.reason is expected


def test_a_discarded_draft_cannot_be_saved(cast: Cast, draft: Assessment) -> None:
    discard_assessment(draft, by=cast.consultant, reason="Opened for the wrong patient")
    draft.refresh_from_db()
    with pytest.raises(NotAllowed) as refused:
        factories.save(draft, cast.consultant, {"kps": "80"})
    assert refused.value.reason is Reason.ASSESSMENT_DISCARDED


def test_if_the_log_cannot_be_written_nothing_is_saved(
    cast: Cast, draft: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **values: object) -> None:
        raise RuntimeError("The log is full.")

    monkeypatch.setattr("patients.services.assessments.drafts.record", broken)
    with pytest.raises(RuntimeError):
        factories.save(draft, cast.consultant, {"kps": "80"})
    draft.refresh_from_db()
    assert (draft.revision, draft.findings) == (1, {})
    assert not SavedChange.objects.exists()


def test_statements_per_save(cast: Cast, draft: Assessment, django_assert_max_num_queries: object) -> None:
    sent = factories.submission(draft, cast.consultant, {"kps": "80", "deposits": "linear"})
    person = type(cast.consultant).objects.get(pk=cast.consultant.pk)
    # Savepoints of the test's own transaction included, and the key of the patient, which is kept once it is committed.
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        saved = save_draft(draft, by=person, submission=sent)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        board_of(saved.assessment, today=TODAY)


def test_text_keeps_its_lines_and_loses_what_no_database_takes(cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, {}, priorities="Home\r\nGarden\x00 \u200f")
    draft.refresh_from_db()
    assert draft.priorities == "Home\nGarden"


def test_only_one_open_draft(cast: Cast, patient: Patient, draft: Assessment) -> None:
    with pytest.raises(NotAllowed) as refused:
        start_assessment(patient, by=cast.registrar)
    assert refused.value.reason is Reason.DRAFT_IS_OPEN
