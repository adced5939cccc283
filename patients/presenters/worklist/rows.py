"""The rows of the worklist and of a search, as ready-made words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from patients.dates import short_date
from patients.models import Patient
from patients.names import full_name
from patients.nhs_number import in_groups
from patients.presenters.worklist.similar_names import similar_in_words, similar_names
from patients.selectors import ListedPatient, SearchResult
from patients.services.patients import Duplicate

ELSEWHERE = "A patient with this number is in the care of another ward."
COLUMN_LABELS = ("Patient", "Born", "NHS and hospital No.", "Last signed", "Reassess by", "Status")


@dataclass(frozen=True, slots=True)
class Status:
    """`is_pressing` is shown stronger; the words say it as well."""

    words: str
    is_pressing: bool = False


@dataclass(frozen=True, slots=True)
class PatientRow:
    """`similar` names who else of the list could be meant, or is empty."""

    href: str
    name: str
    preferred_name: str
    ward: str
    born: str
    age: str
    nhs_number: str
    hospital_number: str
    last_signed: str
    reassess_by: str
    statuses: tuple[Status, ...]
    similar: str


@dataclass(frozen=True, slots=True)
class Column:
    """Without an address the list cannot be sorted by it."""

    label: str
    href: str = ""
    aria_sort: str = ""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """`sentence` says what was found; `hint` explains why something may be missing.

    `elsewhere` is said beside rows: the number belongs to a patient of another ward as well.
    """

    sentence: str
    hint: str
    columns: tuple[Column, ...]
    rows: tuple[PatientRow, ...]
    offers_new: bool
    elsewhere: str


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    href: str
    name: str
    born: str
    nhs_number: str
    hospital_number: str
    ward: str
    why: str


def patient_rows(
    patients: Sequence[ListedPatient],
    *,
    today: date,
    release: UUID | None,
    similar: Mapping[UUID, tuple[Patient, ...]] | None = None,
) -> tuple[PatientRow, ...]:
    """`similar` where the list is longer than what is shown of it."""
    shown = [one.patient for one in patients]
    alike = similar_names(shown, shown) if similar is None else similar
    return tuple(
        patient_row(one, today=today, release=release, similar=similar_in_words(alike.get(one.patient.pk, ())))
        for one in patients
    )


def patient_row(one: ListedPatient, *, today: date, release: UUID | None, similar: str) -> PatientRow:
    patient = one.patient
    return PatientRow(
        href=reverse("patients:patient_detail", args=[patient.pk]),
        name=full_name(patient.family_name, patient.given_names, patient.title),
        preferred_name=patient.preferred_name,
        ward=patient.ward.name,
        born=short_date(patient.birth_date),
        age=f"({patient.age_on(today)}y)",
        nhs_number=in_groups(patient.nhs_number) or "Not Known",
        hospital_number=patient.hospital_number,
        last_signed=short_date(timezone.localdate(one.plan_signed_at)) if one.plan_signed_at else "None",
        reassess_by=short_date(one.plan_reassess_by, missing="Not set") if one.plan_signed_at else "None",
        statuses=statuses(one, today=today, release=release),
        similar=similar,
    )


def statuses(one: ListedPatient, *, today: date, release: UUID | None) -> tuple[Status, ...]:
    """Everything that waits for somebody, the most pressing first; never empty."""
    if one.patient.died_on:
        return (Status(f"Died {short_date(one.patient.died_on)}"),)
    found = []
    if one.plan_reassess_by and (due := due_words(one.plan_reassess_by, today)):
        found.append(Status(due, is_pressing=True))
    if one.draft_started_at:
        found.append(Status(draft_words(timezone.localdate(one.draft_started_at), today)))
    if one.plan_release and release and one.plan_release != release:
        found.append(Status("Guidance changed since signing"))
    if not found:
        found.append(Status("Plan signed" if one.plan_signed_at else "No assessment"))
    return tuple(found)


def due_words(day: date, today: date) -> str:
    days = (today - day).days
    if days < 0:
        return ""
    return "Due today" if days == 0 else f"Overdue {in_days(days)}"


def draft_words(started: date, today: date) -> str:
    days = (today - started).days
    return "Draft of today" if days <= 0 else f"Draft {in_days(days)} old"


def in_days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def search_answer(
    result: SearchResult, *, today: date, release: UUID | None, is_elsewhere: bool = False
) -> SearchAnswer:
    rows = patient_rows(result.patients, today=today, release=release)
    nothing = not result.total and not is_elsewhere
    hint = result.terms.hint if nothing else ""
    return SearchAnswer(
        sentence=ELSEWHERE if is_elsewhere and not rows else search_sentence(result, len(rows)),
        hint=hint,
        columns=tuple(Column(label) for label in COLUMN_LABELS),
        rows=rows,
        offers_new=nothing,
        elsewhere=ELSEWHERE if is_elsewhere and rows else "",
    )


def search_sentence(result: SearchResult, shown: int) -> str:
    if not result.total:
        return f"No patient found by this {result.terms.kind.value} on your wards."
    if not result.are_too_many:
        return "1 patient found." if result.total == 1 else f"{result.total} patients found."
    advice = "Type more of the name." if result.terms.birth_date else "Add a date of birth."
    exactly = f" Only those that match exactly are listed: {shown}." if shown else ""
    return f"{result.total} matches. {advice}{exactly}"


def duplicate_rows(duplicates: Sequence[Duplicate], *, today: date) -> tuple[DuplicateRow, ...]:
    return tuple(
        DuplicateRow(
            href=reverse("patients:patient_detail", args=[one.patient.pk]),
            name=full_name(one.patient.family_name, one.patient.given_names, one.patient.title),
            born=f"{short_date(one.patient.birth_date)} ({one.patient.age_on(today)}y)",
            nhs_number=in_groups(one.patient.nhs_number) or "Not Known",
            hospital_number=one.patient.hospital_number,
            ward=one.patient.ward.name,
            why=one.why,
        )
        for one in duplicates
    )
