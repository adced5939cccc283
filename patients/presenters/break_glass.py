"""Break-glass in words: the strip above an opened record, the list of what is open, and the queue of the officers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from patients.dates import short_moment
from patients.models import BreakGlassAccess, Patient
from patients.names import full_name
from patients.nhs_number import in_groups
from patients.permissions import why_not_review
from patients.presenters.banner import clock_time
from patients.selectors.break_glass import Use
from patients.states import ReviewOutcome

MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class OpenedRow:
    name: str
    href: str
    until: str
    end_href: str


@dataclass(frozen=True, slots=True)
class Mark:
    """`is_pressing` is shown stronger; the words say it as well."""

    words: str
    is_pressing: bool = False


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One access in the queue; `reviewed` is empty while nobody has reviewed it."""

    href: str
    opened: str
    closed: str
    person: str
    post: str
    patient: str
    numbers: str
    reason: str
    reason_text: str
    use: str
    marks: tuple[Mark, ...]
    outcome: str
    reviewed: str
    review_note: str


@dataclass(frozen=True, slots=True)
class AccessQueue:
    waiting: str
    rows: tuple[AccessRow, ...]
    pages: str
    previous_href: str
    next_href: str


@dataclass(frozen=True, slots=True)
class DoneRow:
    moment: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AccessPage:
    """`refused` says why the person may not review it; then there is no form."""

    row: AccessRow
    done: tuple[DoneRow, ...]
    more: str
    history_href: str
    refused: str


def opened_rows(patients: Iterable[Patient]) -> tuple[OpenedRow, ...]:
    return tuple(
        OpenedRow(
            name=full_name(patient.family_name, patient.given_names, patient.title),
            href=reverse("patients:patient_detail", args=[patient.pk]),
            until=clock_time(patient.opened_until),
            end_href=reverse("patients:break_glass_end", args=[patient.opened_access]),
        )
        for patient in patients
        if patient.opened_until and patient.opened_access
    )


def access_queue(
    accesses: Sequence[BreakGlassAccess], uses: Mapping[UUID, Use], *, waiting: int, number: int, pages: int
) -> AccessQueue:
    address = reverse("patients:access_reviews")
    return AccessQueue(
        waiting=waiting_words(waiting),
        rows=tuple(access_row(access, uses[access.pk]) for access in accesses),
        pages=f"Page {number} of {pages}" if pages > 1 else "",
        previous_href=f"{address}?page={number - 1}" if number > 1 else "",
        next_href=f"{address}?page={number + 1}" if number < pages else "",
    )


def waiting_words(waiting: int) -> str:
    if not waiting:
        return "Nothing waits for review."
    return "1 access waits for review." if waiting == 1 else f"{waiting} accesses wait for review."


def access_row(access: BreakGlassAccess, use: Use) -> AccessRow:
    patient, now = access.patient, timezone.now()
    return AccessRow(
        href=reverse("patients:access_review", args=[access.pk]),
        opened=short_moment(access.opened_at),
        closed=closed_words(access, now),
        person=access.user.display_name,
        post=access.user.role_title,
        patient=full_name(patient.family_name, patient.given_names, patient.title),
        numbers=f"NHS No. {in_groups(patient.nhs_number) or 'Not Known'}, Hospital No. {patient.hospital_number}",
        reason=access.get_reason_code_display(),
        reason_text=access.reason_text,
        use=use_words(use),
        marks=marks(access, now),
        outcome=access.get_review_outcome_display(),
        reviewed=reviewed_words(access),
        review_note=access.review_note,
    )


def closed_words(access: BreakGlassAccess, now: datetime) -> str:
    if access.is_open(now):
        return f"open until {clock_time(access.expires_at)}"
    is_same_day = timezone.localdate(access.closed_at) == timezone.localdate(access.opened_at)
    when = clock_time(access.closed_at) if is_same_day else short_moment(access.closed_at)
    return f"{'ended' if access.ended_at else 'expired'} {when}"


def use_words(use: Use) -> str:
    pages = "1 page seen" if use.pages == 1 else f"{use.pages} pages seen"
    changes = "1 change" if use.changes == 1 else f"{use.changes} changes"
    return f"{pages}, {changes}" if use.changes else f"{pages}, nothing changed"


def marks(access: BreakGlassAccess, now: datetime) -> tuple[Mark, ...]:
    found = []
    if access.reviewed_at is None:
        days = (now - access.opened_at) // timedelta(days=1)
        is_overdue = days > settings.BREAK_GLASS_REVIEW_DAYS
        found.append(Mark(f"Not reviewed for {days} days", is_pressing=True) if is_overdue else Mark("Not reviewed"))
    openings: int = getattr(access, "openings", 0)
    if openings > settings.BREAK_GLASS_ALARM_ABOVE:
        found.append(Mark(f"{openings} records opened in 24 hours", is_pressing=True))
    if access.is_open(now):
        found.append(Mark("Open now"))
    if access.review_outcome:
        pressing = access.review_outcome != ReviewOutcome.JUSTIFIED
        found.append(Mark(access.get_review_outcome_display(), is_pressing=pressing))
    return tuple(found)


def reviewed_words(access: BreakGlassAccess) -> str:
    if access.reviewed_at is None or access.reviewed_by is None:
        return ""
    return f"by {access.reviewed_by.display_name}, {short_moment(access.reviewed_at)}"


def access_page(access: BreakGlassAccess, events: Sequence[AuditEvent], use: Use, *, user: User) -> AccessPage:
    """`events` may hold one more than is shown."""
    reason = why_not_review(user, access)
    return AccessPage(
        row=access_row(access, use),
        done=tuple(DoneRow(event_moment(event), event.sentence) for event in events[:MOST_EVENTS]),
        more=f"The first {MOST_EVENTS} are listed." if len(events) > MOST_EVENTS else "",
        history_href=reverse("patients:patient_history", args=[access.patient_id]),
        refused=reason.value if reason else "",
    )


def event_moment(event: AuditEvent) -> str:
    return f"{short_moment(event.at)}:{timezone.localtime(event.at):%S}"


def opening_terms() -> tuple[str, ...]:
    """What opening a record means, before somebody decides to."""
    hours = "1 hour" if settings.BREAK_GLASS_HOURS == 1 else f"{settings.BREAK_GLASS_HOURS} hours"
    return (
        f"The record is open to you for {hours}, with all that you may do on your own ward.",
        "It is recorded that you opened it, why, and everything you look at or change.",
        "The privacy officer is told at once, and you will be asked about it.",
    )
