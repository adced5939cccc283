"""patients:recalls, recall and recall_export: whom a release advised, against a reason, every patient in the log."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, ShownPatient
from pathways.models import Release, ReleasePart
from pathways.selectors import TamperedRelease, UnusableRelease
from patients.models import SignedPlan
from patients.presenters import recall as presenter
from patients.selectors import recalls as selector
from patients.selectors.recalls import RecallQuestion, fits_plan, whom_it_advised
from patients.services import recalls as service
from patients.services.assessments import discard_assessment
from patients.services.plans import withdraw_plan
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
REASON = {"reason": "Incident 2026-117, asked by the medical director"}
HEADINGS = {"Patient", "Born", "NHS No.", "Hosp. No.", "Ward", "Record", "State", "Release", "Taken along"}


@pytest.fixture
def auditor(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.auditor)


def address(release: Release, page: str = "recall") -> str:
    return reverse(f"patients:{page}", args=[release.pk])


def plan_on(cast: Cast, *, by: Any = None, **answers: str) -> SignedPlan:
    person, ward = (by, cast.cardiology) if by else (cast.consultant, cast.neuro_oncology)
    return factories.make_plan(person, factories.make_patient(person, ward), answers)


def question(release: Release, **narrowed: Any) -> RecallQuestion:
    return RecallQuestion(releases=(release.pk,), until=timezone.now(), **narrowed)


def listed(client: Client, release: Release, **asked: str) -> str:
    response = client.post(address(release), REASON | asked)
    assert response.status_code == 200
    return response.content.decode()


def exported(client: Client, release: Release, **asked: str) -> list[dict[str, str]]:
    response = client.post(address(release, "recall_export"), REASON | asked)
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff"), "Excel reads it as UTF-8"
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def shown_in(action: str) -> set[UUID]:
    events = AuditEvent.objects.filter(action=action).values("pk")
    return set(ShownPatient.objects.filter(event__in=events).values_list("patient_id", flat=True))


# Whom it finds


def test_everybody_of_every_ward_whom_the_release_advised(cast: Cast, auditor: Client, release: Release) -> None:
    here, there = plan_on(cast), plan_on(cast, by=cast.outsider)
    draft = factories.make_draft(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    newer = factories.newer_release(lambda document: document.update(title="Newer"))
    later = plan_on(cast)
    page = listed(auditor, release)
    for patient in (here.patient, there.patient, draft.patient):
        assert patient.family_name.upper() in page
        assert patient.hospital_number in page
    assert later.patient.family_name.upper() not in page
    assert "3 patients: 2 signed plans, 1 assessment without one." in page
    assert later.patient.family_name.upper() in listed(auditor, newer)


def test_withdrawn_superseded_and_discarded_are_among_them(cast: Cast, auditor: Client, release: Release) -> None:
    """Somebody may have acted on them."""
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    withdrawn, _, _ = (factories.make_plan(cast.consultant, patient) for _ in range(3))
    withdraw_plan(withdrawn, by=cast.consultant, reason="Wrong day")
    discard_assessment(factories.make_draft(cast.consultant, patient), by=cast.consultant, reason="Twice")
    rows = exported(auditor, release)[:-1]
    assert [(row["Record"], row["State"]) for row in rows] == [
        *sorted(
            [
                ("Care plan 1", "Withdrawn as entered in error"),
                ("Care plan 2", "Superseded"),
                ("Care plan 3", "Current"),
            ],
            key=lambda one: [str(plan.number) for plan in SignedPlan.objects.recalled([release.pk])].index(one[0][-1]),
        ),
        ("Assessment without a plan", "Discarded"),
    ]


def test_only_where_a_rule_applied_or_a_verdict_stood(cast: Cast, auditor: Client, release: Release) -> None:
    blocked, free = plan_on(cast, csf_flow="obstructed"), plan_on(cast)
    signed = {plan.pk: plan.body_document["evaluated"] for plan in (blocked, free)}
    rule = next(
        key for key, truth in signed[blocked.pk]["rules"].items() if truth == "true" != signed[free.pk]["rules"][key]
    )
    page = listed(auditor, release, rule=rule)
    assert blocked.patient.hospital_number in page
    assert free.patient.hospital_number not in page
    told = signed[blocked.pk]["verdicts"]
    code = next(one for one, verdict in told.items() if verdict["stance"] != signed[free.pk]["verdicts"][one]["stance"])
    stance = told[code]["stance"] or ""
    found = whom_it_advised(question(release, intervention=code, stance=stance), most=9)
    assert [place.record for place in found.plans] == [blocked.pk]


def test_a_draft_is_judged_by_its_answers_as_they_stand(cast: Cast, release: Release) -> None:
    draft, free = (
        factories.make_draft(
            cast.consultant,
            factories.make_patient(cast.consultant, cast.neuro_oncology),
            factories.FAVOURABLE | {"csf_flow": flow},
        )
        for flow in ("obstructed", "unobstructed")
    )
    board = {one.pk: factories.board_of(one, today=NOW.date()).evaluation.rules for one in (draft, free)}
    rule = next(key for key, truth in board[draft.pk].items() if truth.value == "true" != board[free.pk][key].value)
    assert [place.record for place in whom_it_advised(question(release, rule=rule), most=9).assessments] == [draft.pk]


def test_a_period_and_other_releases_with_the_same_text(cast: Cast, client_of: ClientOf, release: Release) -> None:
    first = plan_on(cast)
    newer = factories.newer_release(lambda document: document.update(title="Newer"))
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        second = plan_on(cast)
        same = ReleasePart.objects.get(release=release, part="safeguards").sha256
        ReleasePart.objects.create(release=newer, position=0, part="safeguards", sha256=same)
        auditor = client_of(cast.auditor)
        found = {row["Hosp. No."] for row in exported(auditor, release, part="safeguards")}
        assert {first.patient.hospital_number, second.patient.hospital_number} <= found
        page = listed(auditor, release, part="safeguards", first="23-Nov-2026")
    assert second.patient.hospital_number in page
    assert first.patient.hospital_number not in page


@pytest.mark.parametrize(
    ("first", "last", "is_listed"), [(4, 5, True), (0, 2, False), (8, 9, False), (5, None, True), (None, 4, True)]
)
def test_a_draft_is_listed_for_every_day_on_which_somebody_worked_on_it(
    cast: Cast, release: Release, first: int | None, last: int | None, is_listed: bool
) -> None:
    """Safety: what it was told between the day it was started and the day it was changed is kept nowhere."""
    started, changed = (NOW + timedelta(days=days) for days in (3, 7))
    with time_machine.travel(started, tick=False):
        patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
        draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    with time_machine.travel(changed, tick=False):
        factories.save(draft, cast.consultant, {"kps": "60"})
    days = {
        name: (NOW + timedelta(days=number)).date()
        for name, number in (("first", first), ("last", last))
        if number is not None
    }
    asked = replace(question(release), until=NOW + timedelta(days=10), **days)
    found = [place.record for place in whom_it_advised(asked, most=9).assessments]
    assert found == ([draft.pk] if is_listed else [])


def test_what_cannot_be_read_is_listed_and_says_so(
    cast: Cast, auditor: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Safety: nobody is left out of a recall because a record was altered."""
    plan = plan_on(cast)
    stored = {"body": plan.body + " ", "body_sha256": plan.body_sha256}
    asked = question(release, rule="safe-it-pressure")
    assert fits_plan(stored, asked) is None
    assert fits_plan({**stored, "body": plan.body}, asked) is not None
    monkeypatch.setattr(selector, "fits_plan", lambda *_: None)
    assert "it is not known whether it fits" in listed(auditor, release, rule="safe-it-pressure")


@pytest.mark.parametrize(
    "evaluated",
    [
        None,
        {"rules": ["r"]},
        {"rules": {}, "verdicts": ["v"]},
        {"rules": {}, "verdicts": {"mtx": None}},
        {"rules": {}, "verdicts": {"mtx": {}}},
    ],
    ids=["nothing", "rules as a list", "verdicts as a list", "no verdict", "a verdict without its kind"],
)
def test_a_plan_of_another_form_is_listed_and_never_an_error(release: Release, evaluated: object) -> None:
    body = json.dumps({"evaluated": evaluated})
    stored = {"body": body, "body_sha256": hashlib.sha256(body.encode()).hexdigest()}
    assert fits_plan(stored, question(release, intervention="mtx")) is None


@pytest.mark.parametrize("body", ["[1]", "{"], ids=["a list", "no JSON"])
def test_a_plan_that_is_no_plan_is_listed(release: Release, body: str) -> None:
    stored = {"body": body, "body_sha256": hashlib.sha256(body.encode()).hexdigest()}
    assert fits_plan(stored, question(release, rule="safe-it-pressure")) is None


@pytest.mark.parametrize("fault", [UnusableRelease("x"), TamperedRelease("x")], ids=["unusable", "tampered"])
def test_the_patients_of_a_release_that_cannot_be_read_are_listed_all_the_same(
    cast: Cast, auditor: Client, release: Release, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Safety: such a release is what a recall is for."""
    plan = plan_on(cast)

    def cannot_be_read(*_: object) -> None:
        raise fault

    for module in ("patients.views.recalls", selector.__name__):
        monkeypatch.setattr(f"{module}.compiled_release", cannot_be_read)
    assert auditor.get(address(release)).status_code == 200
    assert plan.patient.hospital_number in listed(auditor, release)
    assert exported(auditor, release)[0]["Hosp. No."] == plan.patient.hospital_number


@pytest.mark.parametrize("where", ["compiled_release", "evaluate"], ids=["cannot be read", "cannot be evaluated"])
def test_a_draft_that_cannot_be_evaluated_is_listed_and_says_so(
    cast: Cast, auditor: Client, release: Release, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Safety: the rule that was wrong may be the very one that breaks."""
    draft = factories.make_draft(cast.consultant, factories.make_patient(cast.consultant, cast.neuro_oncology))
    fault = UnusableRelease("x") if where == "compiled_release" else RecursionError("x")

    def breaks(*_: object) -> None:
        raise fault

    monkeypatch.setattr(selector, where, breaks)
    found = whom_it_advised(question(release, rule="safe-it-pressure"), most=9)
    assert [(place.record, place.is_certain) for place in found.assessments] == [(draft.pk, False)]
    page = listed(auditor, release, rule="safe-it-pressure")
    assert draft.patient.hospital_number in page
    assert "it is not known whether it fits" in page


# Who may, why, and what the log says


def test_auditors_and_privacy_officers_and_nobody_else(cast: Cast, client_of: ClientOf, release: Release) -> None:
    for person in (cast.auditor, cast.privacy_officer):
        assert client_of(person).get(address(release)).status_code == 200
    others = set(cast.everybody()) - {cast.auditor, cast.privacy_officer}
    assert len(others) == 8
    for person in others:
        client = client_of(person)
        assert client.get(reverse("patients:recalls")).status_code == 403
        assert client.get(address(release)).status_code == 403
        assert client.post(address(release), REASON).status_code == 403
        assert client.post(address(release, "recall_export"), REASON).status_code == 403
    assert client_of(None).get(address(release)).status_code == 302
    assert not AuditEvent.objects.filter(action__startswith="patients.recall").exists()


@pytest.mark.parametrize("view", ["recall", "recall_export"])
@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"reason": " "}, "Say why"),
        (REASON | {"stance": "avoid"}, "Choose what the verdict was on"),
        (REASON | {"first": "22-Nov-2026", "last": "2026-11-01"}, "The first day is after the last"),
        (REASON | {"first": "soon"}, "is not a date"),
        (REASON | {"rule": "of-nothing"}, "Select a valid choice"),
    ],
    ids=["no reason", "a verdict on nothing", "days the wrong way round", "no day", "no such rule"],
)
def test_without_a_reason_or_with_a_wrong_question_nobody_is_named(
    cast: Cast, auditor: Client, release: Release, view: str, sent: dict[str, str], problem: str
) -> None:
    plan = plan_on(cast)
    response = auditor.post(address(release, view), sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert problem in text
    assert "<title>Error: " in text
    assert plan.patient.hospital_number not in text
    assert not AuditEvent.objects.filter(action__startswith="patients.recall").exists()


def test_before_a_reason_there_are_numbers_alone(cast: Cast, auditor: Client, release: Release) -> None:
    plan = plan_on(cast)
    for page in (auditor.get(address(release)), auditor.get(reverse("patients:recalls"))):
        text = page.content.decode()
        assert "1 signed plan and 0 assessments without a signed plan" in text
        assert plan.patient.family_name.upper() not in text
        assert plan.patient.hospital_number not in text


def test_every_patient_stands_in_the_log_with_the_reason(
    cast: Cast, auditor: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = [plan_on(cast) for _ in range(3)]
    monkeypatch.setattr(service, "NAMED_IN_ONE_EVENT", 2)
    listed(auditor, release, last="30-Nov-2026")
    assert shown_in("patients.recall_listed") == {plan.patient_id for plan in plans}
    events = list(AuditEvent.objects.filter(action="patients.recall_listed").order_by("at_us", "id"))
    assert sorted(event.after["piece"] for event in events) == ["1 of 2", "2 of 2"]
    assert {(event.reason, event.target, event.actor_id) for event in events} == {
        (REASON["reason"], str(release.pk), str(cast.auditor.pk))
    }
    assert events[0].after["plans"] == 3
    assert events[0].after["signed_to"] == "2026-11-30"


def test_the_page_records_whom_it_shows_and_the_file_everybody(
    cast: Cast, auditor: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = [plan_on(cast) for _ in range(3)]
    monkeypatch.setattr("patients.views.recalls.MOST_SHOWN", 2)
    assert "The first 2 of 3 are shown." in listed(auditor, release)
    assert len(shown_in("patients.recall_listed")) == 2
    exported(auditor, release)
    assert shown_in("patients.recall_exported") == {plan.patient_id for plan in plans}


def test_nobody_fits_is_an_event_too(auditor: Client, release: Release) -> None:
    assert "Nobody fits." in listed(auditor, release)
    assert AuditEvent.objects.filter(action="patients.recall_listed").count() == 1


# The file


def test_each_line_of_the_file_says_who_took_it_along_when_and_why(
    cast: Cast, auditor: Client, release: Release
) -> None:
    plan = plan_on(cast)
    rows = exported(auditor, release)
    assert set(rows[0]) >= HEADINGS
    mark = f"Mr Owen Price (Records auditor), 22-Nov-2026 10:42: {REASON['reason']}"
    assert rows[0]["Taken along"] == mark
    assert rows[0]["Hosp. No."] == plan.patient.hospital_number
    assert rows[0]["Record id"] == str(plan.pk)
    assert rows[-1]["Patient"] == "End of the list: 1 of 1 records, 1 patients."


def test_formulas_are_text_and_names_come_back_whole(cast: Cast, auditor: Client, release: Release) -> None:
    patient = factories.make_patient(
        cast.consultant, cast.neuro_oncology, family_name="=cmd", consultant='@SUM(1), "Dr"; Ärztin'
    )
    factories.make_plan(cast.consultant, patient)
    (row, _) = exported(auditor, release)
    assert row["Patient"] == "'=CMD, Anna (Ms)"
    assert row["Consultant"] == '\'@SUM(1), "Dr"; Ärztin'


def test_the_name_of_the_file_says_nothing_of_anybody(auditor: Client, release: Release) -> None:
    response = auditor.post(address(release, "recall_export"), REASON)
    assert response["Content-Disposition"] == 'attachment; filename="recall-release-1-2026-11-22-1042.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert auditor.get(address(release, "recall_export")).status_code == 405


def test_a_file_that_cannot_hold_all_says_so(
    cast: Cast, auditor: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        plan_on(cast)
    for module in ("patients.views.recalls", presenter.__name__):
        monkeypatch.setattr(f"{module}.MOST_IN_A_FILE", 1)
    rows = exported(auditor, release)
    assert len(rows) == 2
    assert rows[-1]["Patient"].startswith("End of the list: 1 of 2 records, 2 patients. A file holds 1 records.")
    assert len(shown_in("patients.recall_exported")) == 1
    assert "A file holds 1 records." in listed(auditor, release)


def test_a_release_that_does_not_exist(auditor: Client) -> None:
    for page in ("recall", "recall_export"):
        assert auditor.post(reverse(f"patients:{page}", args=[uuid4()]), REASON).status_code == 404


def test_the_reason_can_be_read_in_the_log(cast: Cast, auditor: Client, release: Release) -> None:
    plan = plan_on(cast)
    listed(auditor, release)
    page = auditor.get(reverse("audit_viewer:patient", args=[plan.patient_id])).content.decode()
    assert "Listed the patients whom a release of the guidance advised" in page
    assert REASON["reason"] in page
