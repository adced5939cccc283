"""What other people did in the same assessment meanwhile: what differs, what was taken over, and who is at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from patients.findings import FormContext, value_in_words, vocabulary_for
from patients.models import Assessment
from patients.models.assessments import TEXT_LABELS
from patients.services.assessments import Difference, FormMovedOn, MovedOn, Side

CANNOT_KEEP = (MovedOn.OTHER_USER, MovedOn.OTHER_PATIENT)
RECENT = timedelta(minutes=5)
SHORT = 80
ELSEWHERE = "by somebody else or in another tab"
NO_MORE = "Nothing recorded any more"


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """`written` says who saved it and when; empty where that is not known."""

    code: str
    label: str
    saved: str
    yours: str
    written: str


@dataclass(frozen=True, slots=True)
class MovedOnStrip:
    """`keep` is the renewed context under which is saved; empty where mine must not be saved.

    `both` needs a choice; `theirs` stays as it is saved, `mine` is saved with the choice. Where it is not known who
    changed what, everything stands in `both`.
    """

    reason: str
    both: tuple[DifferenceRow, ...]
    theirs: tuple[DifferenceRow, ...]
    mine: tuple[DifferenceRow, ...]
    reload_href: str
    keep: str


@dataclass(frozen=True, slots=True)
class TakenOverRow:
    label: str
    value: str
    written: str
    href: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """`fields` are names and values of the form, so that it shows what is saved."""

    sentence: str
    rows: tuple[TakenOverRow, ...]
    fields: tuple[tuple[str, str], ...]


def moved_on_strip(moved: FormMovedOn, assessment: Assessment, *, user: User, today: date) -> MovedOnStrip:
    may_keep = moved.reason not in CANNOT_KEEP
    both, theirs, mine = (rows_of(moved, side) for side in (Side.BOTH, Side.THEIRS, Side.MINE))
    return MovedOnStrip(
        reason=moved.reason.value,
        both=both,
        theirs=theirs,
        mine=mine,
        reload_href=reverse("patients:assessment_edit", args=[assessment.pk]),
        keep=FormContext.of(assessment, user=user, today=today).sign() if may_keep else "",
    )


def rows_of(moved: FormMovedOn, side: Side) -> tuple[DifferenceRow, ...]:
    return tuple(row_of(one) for one in moved.differences if one.side is side)


def row_of(one: Difference) -> DifferenceRow:
    return DifferenceRow(one.code, one.label, one.saved, one.yours, written_words(one.saved_by, one.saved_at))


def taken_over(
    assessment: Assessment, codes: Collection[str], *, user: User, fields: tuple[tuple[str, str], ...]
) -> TakenOver:
    """Own answers are filled in as well and not told: they are no news."""
    found = {code: finding for code, finding in vocabulary_for(assessment).findings.items() if code in codes}
    rows = []
    for code, finding in found.items():
        stored = assessment.findings.get(code)
        if stored and stored["by"] == user.display_name:
            continue
        words = value_in_words(finding, stored) if stored else NO_MORE
        written = written_words(stored["by"], datetime.fromisoformat(stored["at"])) if stored else ""
        rows.append(TakenOverRow(finding.label, words, written, f"#question-{code}"))
    rows += [
        TakenOverRow(TEXT_LABELS[name], shortened(getattr(assessment, name)) or NO_MORE, "", f"#id_{name}")
        for name in TEXT_LABELS
        if name in codes
    ]
    answers = "1 answer was" if len(rows) == 1 else f"{len(rows)} answers were"
    sentence = f"{answers} changed meanwhile, {ELSEWHERE}, and put into this form:" if rows else ""
    return TakenOver(sentence, tuple(rows), fields)


def shortened(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def written_words(name: str, moment: datetime | None) -> str:
    return f"{name}, {timezone.localtime(moment):%H:%M}" if name and moment else ""


def also_editing(assessment: Assessment, *, user: User) -> str:
    """A hint and no more: who else saved an answer within the last minutes. It locks nobody out."""
    since = timezone.now() - RECENT
    others = {
        stored["by"]: datetime.fromisoformat(stored["at"])
        for stored in sorted(assessment.findings.values(), key=lambda one: one["at"])
        if stored["by"] != user.display_name and datetime.fromisoformat(stored["at"]) > since
    }
    if not others:
        return ""
    names = " and ".join(sorted(others))
    verb = "is" if len(others) == 1 else "are"
    return f"{names} {verb} also editing (last saved {timezone.localtime(max(others.values())):%H:%M})."
