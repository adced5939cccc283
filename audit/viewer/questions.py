"""The questions that can be asked of the log, and which events answer each: a few indexed sources, merged by time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from audit import lookups
from audit.lookups import Subject
from audit.models import AuditEvent, ShownPatient

if TYPE_CHECKING:
    from django.db.models import QuerySet

EVERYTHING_DAYS = 1


class Kind(StrEnum):
    """The value is the name of the page."""

    PATIENT = "patient"
    PERSON = "person"
    GUIDANCE = "guidance"
    EVERYTHING = "everything"


TITLES = {
    Kind.PATIENT: "Who saw or changed this patient?",
    Kind.PERSON: "What did this user do?",
    Kind.GUIDANCE: "What changed in this guidance, and who approved it?",
    Kind.EVERYTHING: "Everything that happened",
}
UNKNOWN = "A record that no longer exists here"


@dataclass(frozen=True, slots=True)
class Question:
    kind: Kind
    subject: Subject | None = None

    @property
    def title(self) -> str:
        return TITLES[self.kind]

    @property
    def key(self) -> str:
        """What a reason to read clinical text is bound to."""
        return f"{self.kind.value}:{self.subject.id if self.subject else ''}"

    @property
    def patient_id(self) -> UUID | None:
        return self.subject.id if self.subject and self.kind is Kind.PATIENT else None

    @property
    def target(self) -> str:
        return str(self.subject.id) if self.subject else ""

    def address(self, further: str = "") -> str:
        """Of the answer, or of its `_reason` or `_export`."""
        ids = [self.subject.id] if self.subject else []
        return reverse(f"audit_viewer:{self.kind.value}{further}", args=ids)

    def sources(self, *, with_rows: bool = False) -> tuple[QuerySet[AuditEvent], ...]:
        """Each is a range of one index, so that a page costs the same in a log of any length."""
        events = AuditEvent.everything if with_rows else AuditEvent.objects
        subject = self.subject
        if subject is None:
            return (events.all(),)
        match self.kind:
            case Kind.PATIENT:
                shown = ShownPatient.objects.filter(patient_id=subject.id).values("event_id")
                return events.filter(patient_id=subject.id), events.filter(id__in=shown)
            case Kind.PERSON:
                own = [str(subject.id), *subject.targets]
                return events.filter(actor_id=str(subject.id)), events.filter(target__in=own)
            case _:
                return events.filter(target__in=subject.targets), events.filter(id__in=subject.events)


def question_for(kind: Kind, subject_id: UUID) -> Question | None:
    """None when neither the application nor the log knows of such an id."""
    look_up: dict[Kind, Callable[[], lookups.Subjects]] = {
        Kind.PATIENT: lookups.patients,
        Kind.PERSON: lookups.people,
        Kind.GUIDANCE: lookups.guidance,
    }
    if kind not in look_up:
        return None
    subject = look_up[kind]().subject(subject_id)
    if subject is not None:
        return Question(kind, subject)
    unknown = Question(kind, Subject(id=subject_id, name=UNKNOWN, details=(f"id {subject_id}",)))
    return unknown if any(source.exists() for source in unknown.sources()) else None
