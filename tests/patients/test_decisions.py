"""Answering verdicts: which answers are allowed, what they need, and that they are bound to the advice."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEvent
from patients.findings import Answer, board_of
from patients.models import Assessment, Decision
from patients.permissions import NotAllowed, Reason
from patients.services.assessments import discard_assessment
from patients.services.decisions import AdviceChanged, AnswerRefused, decide
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
BLEED = Answer("present", observed_on="21-Nov-2026")

# Do: best supportive care. Discuss: focal radiotherapy. Not advised: systemic therapy. Consider: whole brain.
POOR = factories.FAVOURABLE | {
    "kps": "50",
    "cranial_neuropathy": "yes",
    "wbrt_benefit": "yes",
    "ventricular_device": "none",
    "intracranial_bleed": "none",
    "radiotherapy_to_block": "no",
}


@pytest.fixture
def poor(cast: Cast, draft: Assessment) -> Assessment:
    return factories.save(draft, cast.consultant, POOR).assessment


def answer(assessment: Assessment, cast: Cast, intervention: str, code: str, **texts: str) -> Decision:
    board = board_of(assessment, today=TODAY)
    advice_hash = texts.pop("advice_hash", board.advice_hashes.get(intervention, ""))
    return decide(
        assessment, by=cast.consultant, intervention=intervention, advice_hash=advice_hash, answer=code, **texts
    )


@pytest.mark.parametrize(
    ("intervention", "stance", "code", "texts"),
    [
        ("best_supportive_care", "recommend", "follow", {}),
        ("best_supportive_care", "recommend", "decline", {"reason_code": "patient_declines"}),
        ("best_supportive_care", "recommend", "decline", {"reason_code": "other", "reason_text": "Moved away"}),
        ("focal_radiotherapy", "discuss", "decided", {"reason_text": "One fraction for pain"}),
        ("focal_radiotherapy", "discuss", "discuss", {"discuss_at": "Neuro-oncology meeting, 24-Nov-2026"}),
        ("systemic_therapy", "avoid", "follow", {}),
        ("systemic_therapy", "avoid", "use", {"reason_text": "An effective drug is running"}),
        ("whole_brain_radiotherapy", "consider", "use", {}),
        ("whole_brain_radiotherapy", "consider", "not_use", {}),
        ("whole_brain_radiotherapy", "consider", "discuss", {"discuss_at": "Meeting"}),
    ],
)
def test_answers_that_are_allowed(
    cast: Cast, poor: Assessment, intervention: str, stance: str, code: str, texts: dict[str, str]
) -> None:
    events = AuditEvent.objects.count()
    decision = answer(poor, cast, intervention, code, **texts)
    assert (decision.stance, decision.answer, decision.number) == (stance, code, 1)
    assert decision.made_by["name"] == "Dr Jane Okafor"
    assert board_of(poor, today=TODAY).fitting_decision(intervention) == decision
    assert AuditEvent.objects.count() == events + 1
    event = AuditEvent.objects.get(action="patients.decision_recorded")
    assert event.after["answer"] == code


@pytest.mark.parametrize(
    ("intervention", "code", "texts", "field"),
    [
        ("best_supportive_care", "use", {}, "answer"),
        ("best_supportive_care", "give_anyway", {"reason_text": "x", "instead": "y"}, "answer"),
        ("best_supportive_care", "nonsense", {}, "answer"),
        ("best_supportive_care", "decline", {}, "reason_code"),
        ("best_supportive_care", "decline", {"reason_code": "nonsense"}, "reason_code"),
        ("best_supportive_care", "decline", {"reason_code": "other"}, "reason_text"),
        ("focal_radiotherapy", "follow", {}, "answer"),
        ("focal_radiotherapy", "decided", {"reason_text": "  "}, "reason_text"),
        ("focal_radiotherapy", "discuss", {}, "discuss_at"),
        ("systemic_therapy", "use", {}, "reason_code"),
        ("vp_shunt", "follow", {}, "answer"),
        ("best_supportive_care", "undone", {}, "answer"),
        ("no_such_thing", "follow", {}, "answer"),
    ],
)
def test_answers_that_are_refused(
    cast: Cast, poor: Assessment, intervention: str, code: str, texts: dict[str, str], field: str
) -> None:
    with pytest.raises(AnswerRefused) as refused:
        answer(poor, cast, intervention, code, **texts)
    assert set(refused.value.problems) == {field}
    assert not poor.decisions.exists()


def test_a_prohibition_is_overridden_only_with_reason_and_alternative(cast: Cast, draft: Assessment) -> None:
    bleeding = factories.save(draft, cast.consultant, POOR | {"intracranial_bleed": BLEED}).assessment
    with pytest.raises(AnswerRefused) as refused:
        answer(bleeding, cast, "intrathecal_chemotherapy", "give_anyway")
    assert set(refused.value.problems) == {"reason_code", "instead"}
    given = answer(
        bleeding,
        cast,
        "intrathecal_chemotherapy",
        "give_anyway",
        reason_text="Bleed is a single old microbleed",
        instead="Waiting for the next scan",
    )
    assert given.stance == "withhold"


def test_nobody_says_will_do_to_what_is_not_settled(cast: Cast, draft: Assessment) -> None:
    provisional = factories.save(
        draft, cast.consultant, {"lm_diagnosis": "established", "kps": "80", "life_expectancy": "at_least_1_month"}
    ).assessment
    verdict = board_of(provisional, today=TODAY).evaluation.verdicts["systemic_therapy"]
    assert verdict.stance is not None
    assert (verdict.stance.value, verdict.settled) == ("recommend", False)
    with pytest.raises(AnswerRefused):
        answer(provisional, cast, "systemic_therapy", "follow")


def test_an_answer_is_bound_to_the_advice_it_answers(cast: Cast, poor: Assessment) -> None:
    seen = board_of(poor, today=TODAY).advice_hashes["systemic_therapy"]
    answer(poor, cast, "systemic_therapy", "follow")
    changed = factories.save(poor, cast.consultant, {"kps": "80", "cranial_neuropathy": "no"}).assessment
    board = board_of(changed, today=TODAY)
    assert board.decisions["systemic_therapy"].fits is False
    assert board.fitting_decision("systemic_therapy") is None
    with pytest.raises(AdviceChanged):
        answer(changed, cast, "systemic_therapy", "follow", advice_hash=seen)
    back = factories.save(changed, cast.consultant, {"kps": "50", "cranial_neuropathy": "yes"}).assessment
    assert board_of(back, today=TODAY).fitting_decision("systemic_therapy") is not None


PLANNED = factories.FAVOURABLE | {"craniospinal_rt": "planned", "intracranial_bleed": "none"}


def test_a_prohibition_given_anyway_is_bound_to_the_facts_behind_it(cast: Cast, draft: Assessment) -> None:
    """Craniospinal radiotherapy planned or given: the same rule governs, and the patient is not the same."""
    planned = factories.save(draft, cast.consultant, PLANNED).assessment
    texts = {"reason_text": "Trial", "instead": "Radiotherapy alone"}
    answer(planned, cast, "intrathecal_chemotherapy", "give_anyway", **texts)
    before = board_of(planned, today=TODAY)
    assert before.fitting_decision("intrathecal_chemotherapy") is not None
    given = factories.save(planned, cast.consultant, {"craniospinal_rt": "given"}).assessment
    after = board_of(given, today=TODAY)
    verdicts = [board.evaluation.verdicts["intrathecal_chemotherapy"] for board in (before, after)]
    assert verdicts[0].governing == verdicts[1].governing
    assert after.fitting_decision("intrathecal_chemotherapy") is None
    assert not after.decisions["intrathecal_chemotherapy"].fits


def test_other_facts_leave_the_answer_to_a_prohibition_standing(cast: Cast, draft: Assessment) -> None:
    planned = factories.save(draft, cast.consultant, PLANNED).assessment
    answer(planned, cast, "intrathecal_chemotherapy", "give_anyway", reason_text="Trial", instead="Radiotherapy alone")
    other = factories.save(planned, cast.consultant, {"kps": "90"}).assessment
    assert board_of(other, today=TODAY).fitting_decision("intrathecal_chemotherapy") is not None


def test_the_latest_answer_counts_and_may_be_taken_back(cast: Cast, poor: Assessment) -> None:
    answer(poor, cast, "best_supportive_care", "follow")
    second = answer(poor, cast, "best_supportive_care", "decline", reason_code="patient_declines")
    assert board_of(poor, today=TODAY).fitting_decision("best_supportive_care") == second
    answer(poor, cast, "best_supportive_care", "undone")
    assert board_of(poor, today=TODAY).fitting_decision("best_supportive_care") is None
    assert [one.number for one in poor.decisions.order_by("number")] == [1, 2, 3]


def test_the_same_answer_sent_twice_has_one_effect(cast: Cast, poor: Assessment) -> None:
    first = answer(poor, cast, "best_supportive_care", "follow")
    assert answer(poor, cast, "best_supportive_care", "follow") == first
    assert poor.decisions.count() == 1
    assert AuditEvent.objects.filter(action="patients.decision_recorded").count() == 1


def test_an_answer_changes_no_revision(cast: Cast, poor: Assessment) -> None:
    """The form beside it stays valid."""
    answer(poor, cast, "best_supportive_care", "follow")
    revision = poor.revision
    poor.refresh_from_db()
    assert poor.revision == revision


def test_people_without_the_patient_answer_nothing(cast: Cast, poor: Assessment) -> None:
    advice_hash = board_of(poor, today=TODAY).advice_hashes["best_supportive_care"]
    for user in (cast.outsider, cast.auditor):
        with pytest.raises(NotAllowed):
            decide(poor, by=user, intervention="best_supportive_care", advice_hash=advice_hash, answer="follow")


def test_a_closed_draft_is_not_answered(cast: Cast, poor: Assessment) -> None:
    discard_assessment(poor, by=cast.consultant, reason="x")
    with pytest.raises(NotAllowed) as refused:
        answer(poor, cast, "best_supportive_care", "follow")
    assert refused.value.reason is Reason.ASSESSMENT_DISCARDED


@pytest.mark.parametrize(
    "statement", ["UPDATE patients_decision SET answer = 'decline'", "DELETE FROM patients_decision"]
)
def test_the_database_refuses_to_change_an_answer(cast: Cast, poor: Assessment, statement: str) -> None:
    answer(poor, cast, "best_supportive_care", "follow")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
