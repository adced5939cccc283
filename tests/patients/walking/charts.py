"""What should stand in the record after every step of the walk, kept beside the application and compared with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count

from audit.events import Event
from audit.models import AuditEvent
from patients.models import Assessment, Decision, Patient, SavedChange, SignedPlan
from patients.replay import replay_body
from patients.states import AssessmentState

# Acts, of which there is exactly one event each. Everything else in the log about a patient is somebody's reading.
ACTS = frozenset(
    {
        Event.ASSESSMENT_STARTED,
        Event.ASSESSMENT_SAVED,
        Event.FINDING_WITHDRAWN,
        Event.FINDINGS_CONFIRMED,
        Event.RELEASE_ADOPTED,
        Event.ASSESSMENT_DISCARDED,
        Event.DECISION_RECORDED,
        Event.PLAN_SIGNED,
        Event.SIGN_REFUSED,
        Event.PLAN_WITHDRAWN,
        Event.ADDENDUM_ADDED,
        Event.ACCESS_DENIED,
    }
)
ACT_CODES = frozenset(event.code for event in ACTS)
UNREADABLE = frozenset({"banana", "85"})


@dataclass(slots=True)
class Sheet:
    """One assessment. `entries` is what was typed, also where it is no answer and counts for nothing.

    `carried` names, for each answer that nobody has confirmed since, the assessment it is from.
    """

    pk: UUID
    release: UUID
    entries: dict[str, str]
    text: str
    carried: dict[str, UUID] = field(default_factory=dict)
    revision: int = 1
    saves: int = 0
    state: str = AssessmentState.DRAFT.value

    @property
    def answers(self) -> dict[str, str]:
        """What counts: a blank, or what cannot be read, is no answer."""
        return {code: value for code, value in self.entries.items() if value not in UNREADABLE}

    def answer(self, code: str, value: str) -> None:
        """The same answer again keeps where it is from."""
        if self.entries.get(code, "") == value:
            return
        self.carried.pop(code, None)
        if value:
            self.entries[code] = value
        else:
            self.entries.pop(code, None)


@dataclass(slots=True)
class Plan:
    pk: UUID
    sheet: Sheet
    body: str
    is_withdrawn: bool = False
    addenda: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Chart:
    """One patient: every assessment, every plan, and how often each act was done."""

    patient: Patient
    sheets: dict[UUID, Sheet] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    readings: int = 0
    was_read: bool = False  # in the step that has just been taken

    @property
    def draft(self) -> Sheet | None:
        return next((one for one in self.sheets.values() if one.state == AssessmentState.DRAFT), None)

    @property
    def last_plan(self) -> Plan | None:
        return next((one for one in reversed(self.plans) if not one.is_withdrawn), None)

    def did(self, event: Event) -> None:
        self.acts[event.code] += 1


def check_everything(charts: Sequence[Chart]) -> None:
    for chart in charts:
        check_assessments(chart)
        check_plans(chart)
    check_log(charts)


def check_assessments(chart: Chart) -> None:
    stored = {one.pk: one for one in Assessment.objects.filter(patient=chart.patient)}
    assert set(stored) == set(chart.sheets), "an assessment appeared or vanished"
    assert sum(one.state == AssessmentState.DRAFT for one in stored.values()) <= 1, "two open drafts of one patient"
    for pk, sheet in chart.sheets.items():
        one = stored[pk]
        assert one.state == sheet.state, "the state of an assessment"
        assert one.revision == sheet.revision, "revisions count what was written, one by one"
        values = {code: kept["value"] for code, kept in one.findings.items() if kept["value"] is not None}
        assert values == sheet.answers, "the answers that count are those that were given"
        assert one.priorities == sheet.text, "the text is the one that was written for this patient"
    saves = Counter(SavedChange.objects.filter(assessment__patient=chart.patient).values_list("assessment", flat=True))
    assert saves == Counter({pk: one.saves for pk, one in chart.sheets.items() if one.saves}), "one row for each save"


def check_plans(chart: Chart) -> None:
    plans = SignedPlan.objects.filter(patient=chart.patient).order_by("number")
    stored = {one.pk: one for one in plans.select_related("withdrawal").prefetch_related("addenda")}
    assert list(stored) == [one.pk for one in chart.plans], "a care plan appeared, vanished or changed its place"
    for plan in chart.plans:
        one = stored[plan.pk]
        assert one.body == plan.body, "a signed plan was changed"
        assert one.body_sha256 == hashlib.sha256(plan.body.encode()).hexdigest(), "the fingerprint of a signed plan"
        assert one.is_withdrawn == plan.is_withdrawn, "whether a plan was withdrawn"
        assert [added.text for added in one.addenda.all()] == plan.addenda, "the addenda of a plan"


def check_log(charts: Sequence[Chart]) -> None:
    """As many events as acts, and for every page that was shown at least one more."""
    counted = events_of([chart.patient.pk for chart in charts])
    for chart in charts:
        found = counted[chart.patient.pk]
        acts = Counter({action: number for action, number in found.items() if action in ACT_CODES})
        assert acts == chart.acts, "the log and what was done"
        readings = found.total() - acts.total()
        assert readings > chart.readings or not chart.was_read, "a page was shown that nobody logged"
        chart.readings, chart.was_read = readings, False
        decisions = Decision.objects.filter(assessment__patient=chart.patient).count()
        assert decisions == chart.acts[Event.DECISION_RECORDED.code], "decisions and their events"


def events_of(patients: Sequence[UUID]) -> Mapping[UUID, Counter[str]]:
    counted: dict[UUID, Counter[str]] = {pk: Counter() for pk in patients}
    rows = AuditEvent.objects.filter(patient_id__in=patients).values_list("patient_id", "action")
    for patient, action, number in rows.annotate(number=Count("pk")).order_by():
        counted[patient][action] += number
    return counted


def check_replays(charts: Sequence[Chart]) -> None:
    """Every signed plan comes out of the engine as it was signed, whatever was published meanwhile."""
    for chart in charts:
        for pk, body, sha256 in SignedPlan.objects.to_be_replayed().filter(patient=chart.patient):
            assert replay_body(body, sha256).outcome == "identical", f"plan {pk} comes out differently"
