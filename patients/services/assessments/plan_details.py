"""Writing who does what by when, what the clinician adds, whom the patient calls, and what was said of the outlook."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.events import Event
from audit.services import record
from patients.dates import short_date
from patients.form_origin import Foreign, FormIsForeign
from patients.models import Assessment
from patients.models.assessments import PlanDetails, PlannedAddition, PlannedItem
from patients.permissions import check_can_change_locked
from patients.planned import details_of
from patients.services.assessments.storing import store
from patients.services.decisions import one_line_end
from patients.services.locking import lock_assessment

LONGEST_NAME = 100
LONGEST_CONTACT = 200
LONGEST_ADDITION = 500
LONGEST_OUTLOOK = 2000
MOST_ADDITIONS = 20
FEWEST_DIGITS = 3  # of a telephone number, as short as a ward's extension
# Marks that turn the direction of writing: behind one, "not" may stand where nobody looks for it.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class DetailsRefused(Exception):
    """Nothing was saved; `problems` holds a sentence per field of the form."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(self.problems.values()))


@dataclass(frozen=True, slots=True)
class WantedItem:
    owner: str
    due: date | None


@dataclass(frozen=True, slots=True)
class WantedAddition:
    """`id` is empty for one that is new; without any text it is removed. `number` is its row in the form."""

    number: int
    id: str
    text: str
    owner: str
    due: date | None


@dataclass(frozen=True, slots=True)
class WantedDetails:
    """`items` holds what was in the form; of other interventions everything stays as it is."""

    items: Mapping[str, WantedItem] = field(default_factory=dict)
    additions: tuple[WantedAddition, ...] = ()
    contact: str = ""
    outlook: str = ""
    outlook_by: str = ""


@transaction.atomic
def save_plan_details(assessment: Assessment, *, by: User, wanted: WantedDetails) -> Assessment:
    """Raises NotAllowed, DetailsRefused, or FormIsForeign where the draft was changed since `assessment` was read."""
    locked = lock_assessment(assessment.pk, by=by)
    check_can_change_locked(locked)
    if locked.revision != assessment.revision:
        raise FormIsForeign(Foreign.CHANGED_SINCE)
    now = timezone.now()
    if problems := dict(problems_in(wanted, today=timezone.localdate(now))):
        raise DetailsRefused(problems)
    before = details_of(locked)
    locked.plan_details = details_from(wanted, before, by=by, at=now)
    store(locked, by=by, at=now, read_revision=locked.revision)
    old, new = changed(before, locked.plan_details)
    record(
        Event.PLAN_DETAILS_SAVED,
        by=by,
        patient=locked.patient_id,
        target=str(locked.pk),
        before=old,
        after=new,
    )
    return locked


def details_from(wanted: WantedDetails, before: PlanDetails, *, by: User, at: datetime) -> PlanDetails:
    items = dict(before.get("items", {})) | {code: item_from(one) for code, one in wanted.items.items()}
    known = {one["id"]: one for one in before.get("additions", [])}
    additions = [addition_from(one, known.get(one.id), by=by, at=at) for one in wanted.additions if one.text.strip()]
    details: PlanDetails = {
        "items": {code: item for code, item in items.items() if item["owner"] or item["due"]},
        "additions": additions,
        "contact": wanted.contact.strip(),
    }
    if wanted.outlook.strip():
        details["outlook"] = {"text": one_line_end(wanted.outlook), "discussed_by": wanted.outlook_by.strip()}
    return details


def item_from(wanted: WantedItem) -> PlannedItem:
    return {"owner": wanted.owner.strip(), "due": wanted.due.isoformat() if wanted.due else None}


def addition_from(wanted: WantedAddition, known: PlannedAddition | None, *, by: User, at: datetime) -> PlannedAddition:
    """Whoever changes the words is who has added them; naming an owner or a day changes nothing of that."""
    text = one_line_end(wanted.text)
    is_same = known is not None and known["text"] == text
    return {
        "id": known["id"] if known else str(uuid4()),
        "text": text,
        "owner": wanted.owner.strip(),
        "due": wanted.due.isoformat() if wanted.due else None,
        "by": known["by"] if known and is_same else by.display_name,
        "at": known["at"] if known and is_same else at.isoformat(),
    }


def problems_in(wanted: WantedDetails, *, today: date) -> Iterator[tuple[str, str]]:
    """Safety: nothing is cut short or changed unseen; whoever wrote it puts it right."""
    for code, item in wanted.items.items():
        yield from text_problems(f"owner-{code}", item.owner, LONGEST_NAME)
        yield from day_problems(f"due-{code}", item.due, today)
    for one in wanted.additions:
        yield from addition_problems(one, today)
    if len([one for one in wanted.additions if one.text.strip()]) > MOST_ADDITIONS:
        yield "additions", f"At most {MOST_ADDITIONS} additions. Put some of them together."
    yield from text_problems("contact", wanted.contact, LONGEST_CONTACT)
    if wanted.contact.strip() and sum(one.isdigit() for one in wanted.contact) < FEWEST_DIGITS:
        yield "contact", "Write the telephone number as well: the patient needs it to call."
    yield from text_problems("outlook", wanted.outlook, LONGEST_OUTLOOK, lines=True)
    yield from text_problems("outlook_by", wanted.outlook_by, LONGEST_NAME)
    yield from outlook_problems(wanted)


def outlook_problems(wanted: WantedDetails) -> Iterator[tuple[str, str]]:
    """Safety: bad news is never broken by a sheet of paper: somebody has said it first, and is named."""
    if wanted.outlook.strip() and not wanted.outlook_by.strip():
        yield "outlook_by", "Write who has talked about this with the patient: without the name it is not kept."
    if wanted.outlook_by.strip() and not wanted.outlook.strip():
        yield "outlook", "Write what was said about the outlook, or clear the name below."


def addition_problems(wanted: WantedAddition, today: date) -> Iterator[tuple[str, str]]:
    row = f"addition-{wanted.number}"
    yield from text_problems(f"{row}-text", wanted.text, LONGEST_ADDITION, lines=True)
    yield from text_problems(f"{row}-owner", wanted.owner, LONGEST_NAME)
    yield from day_problems(f"{row}-due", wanted.due, today)
    if not wanted.text.strip() and (wanted.owner.strip() or wanted.due):
        yield f"{row}-text", "Write what is to be done, or clear the whole row."


def text_problems(name: str, text: str, longest: int, *, lines: bool = False) -> Iterator[tuple[str, str]]:
    if len(text) > longest:
        yield name, f"At most {longest} characters; this has {len(text)}. Nothing was saved: shorten it."
    if not is_seen(text, "\n\r\t" if lines else ""):
        yield name, "It holds a character that cannot be seen. Type it again by hand."


def is_seen(text: str, allowed: str) -> bool:
    """Zero-width joiners belong to some names; control characters and marks that turn the direction do not."""
    return not any(one in TURNING or (unicodedata.category(one) in ("Cc", "Cs") and one not in allowed) for one in text)


def day_problems(name: str, due: date | None, today: date) -> Iterator[tuple[str, str]]:
    if due and due < today:
        yield name, f"{short_date(due)} has passed already. What is to be done is dated today or later."


def changed(before: PlanDetails, after: PlanDetails) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the parts that differ, what was and what is, in words: the log is read by people."""
    old, new = told(before), told(after)
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return {name: old[name] for name in names if name in old}, {name: new[name] for name in names if name in new}


def told(details: PlanDetails) -> dict[str, Any]:
    """By intervention who and by when; the additions as lines; nothing where nothing is said."""
    outlook = details.get("outlook")
    parts: dict[str, Any] = {code: people_in_words(item) for code, item in details.get("items", {}).items()}
    parts |= {
        "additions": [f"{one['text']} ({people_in_words(one)})" for one in details.get("additions", [])],
        "contact": details.get("contact", ""),
        "outlook": f"{outlook['text']} ({outlook['discussed_by']})" if outlook else "",
    }
    return {name: part for name, part in parts.items() if part}


def people_in_words(one: PlannedItem | PlannedAddition) -> str:
    day = f"by {short_date(date.fromisoformat(one['due']))}" if one["due"] else "no day set"
    return f"{one['owner'] or 'nobody named'}, {day}"
