"""Reading the log is an act too: every page, every export and every reason is recorded before anything is shown."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from audit.context import Actor
from audit.events import Event
from audit.models import AuditEvent
from audit.services import record
from audit.viewer.filters import Filter
from audit.viewer.grants import checked_reason, grant
from audit.viewer.questions import Question


@transaction.atomic
def record_answer(question: Question, wanted: Filter, *, by: Actor, shown: Iterable[UUID], with_clinical: bool) -> None:
    """`shown` are the patients whom the page names."""
    told: dict[str, object] = {"question": question.kind.value, **wanted.told()}
    if with_clinical:
        told["clinical_text"] = True
    others = [patient for patient in shown if patient != question.patient_id]
    record(Event.AUDIT_READ, by=by, patient=question.patient_id, target=question.target, shown=others, after=told)


@transaction.atomic
def record_event_read(event: AuditEvent, *, by: Actor, shown: Iterable[UUID] = (), with_clinical: bool) -> None:
    told = {"question": "one event"} | ({"clinical_text": True} if with_clinical else {})
    others = [patient for patient in shown if patient != event.patient_id]
    record(Event.AUDIT_READ, by=by, patient=event.patient_id, target=str(event.pk), shown=others, after=told)


@transaction.atomic
def record_look_up(kind: str, *, by: Actor, matches: int, shown: Iterable[UUID] = ()) -> None:
    """What was typed is not kept: it may be a patient's number, or a password in the wrong field."""
    outcome = "done" if matches else "nothing found"
    record(Event.AUDIT_READ, by=by, shown=shown, after={"look_up": kind, "matches": matches}, outcome=outcome)


@transaction.atomic
def open_clinical_text(question: Question, session: SessionBase, *, by: Actor, reason: str) -> None:
    """Raises BadReason."""
    checked = checked_reason(reason)
    record(Event.AUDIT_CLINICAL_READ, by=by, patient=question.patient_id, target=question.target, reason=checked)
    grant(session, question)


@transaction.atomic
def record_export(question: Question, wanted: Filter, *, by: Actor, rows: int, with_clinical: bool) -> None:
    told = {"question": question.kind.value, **wanted.told(), "events": rows, "clinical_text": with_clinical}
    record(Event.AUDIT_EXPORTED, by=by, patient=question.patient_id, target=question.target, after=told)
