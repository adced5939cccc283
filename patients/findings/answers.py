"""Reads one typed answer against what is stored, and says what is stored next or why it is refused."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from pathways.engine.observations import BadFinding, Observation, read_observation
from pathways.engine.vocabulary import Finding, Kind
from patients.dates import BadDate, read_date, short_date
from patients.findings.typed_values import Refused, engine_value, is_same, plain, refuse_unseen, value_and_unit, visible
from patients.models.assessments import RefusedAnswer, StoredAnswer
from patients.states import Origin, WhyUnknown

LONGEST_ENTRY = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One finding of the form, as it was typed; empty text is "nothing typed"."""

    value: str = ""
    unit: str = ""
    observed_on: str = ""
    why_unknown: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer is not accepted and what to do instead; `entered` is what was typed."""

    message: str
    entered: str


@dataclass(frozen=True, slots=True)
class Writing:
    """Who is writing, when, and about somebody born when."""

    name: str
    moment: datetime
    today: date
    birth_date: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be stored for the finding (None: nothing at all), and the refusal if there was one."""

    stored: StoredAnswer | None
    refusal: Refusal | None = None


def accept(finding: Finding, typed: Answer, stored: StoredAnswer | None, writing: Writing) -> Outcome:
    """Never raises: an answer that cannot be accepted is kept as refused, and counts as unknown."""
    typed = tidied(typed)
    try:
        refuse_unseen(typed.value, typed.unit, typed.observed_on, typed.why_unknown)
        if not typed.value:
            return Outcome(cleared(finding, typed, stored, writing))
        return Outcome(answered(finding, typed, stored, writing))
    except Refused as refused:
        kept = kept_as_refused(finding, typed, stored, writing, refused.message)
        return Outcome(kept, Refusal(message_of(kept), visible(typed.value)))


def cleared(finding: Finding, typed: Answer, stored: StoredAnswer | None, writing: Writing) -> StoredAnswer | None:
    if (standing := cannot_be_taken_back(finding, stored)) and finding.cannot_return:
        raise Refused(f"{in_words_of(finding, standing)} cannot simply be cleared. {finding.cannot_return.instead}")
    if typed.why_unknown and typed.why_unknown not in WhyUnknown.values:
        raise Refused("Choose one of the reasons in the list.")
    day = read_day(typed.observed_on, writing) if typed.observed_on else None
    if not typed.why_unknown and day is None:
        return None
    if stored and is_empty(stored) and stored["why_unknown"] == (typed.why_unknown or None):
        return {**stored, "observed_on": day.isoformat() if day else None}
    return entry(writing, why_unknown=typed.why_unknown or None, observed_on=day)


def answered(finding: Finding, typed: Answer, stored: StoredAnswer | None, writing: Writing) -> StoredAnswer:
    value, unit = value_and_unit(finding, typed.value, typed.unit)
    standing = standing_answer(stored)
    unchanged = standing is not None and standing["unit"] == unit and is_same(finding, standing["value"], value)
    if not unchanged:
        refuse_return(finding, value, stored)
    day = read_day(typed.observed_on, writing) if typed.observed_on else None
    if unchanged and standing and day in (None, day_of(standing)):
        kept: StoredAnswer = {**standing, "value": value, "refused": None}
        kept.pop("earlier", None)
        return kept
    if finding.needs_own_date(value) and day is None:
        what = finding.date_label or "Date of the event"
        raise Refused(f"Enter the date as well: {what}, or the day it was established. It is never filled in.")
    if not unchanged and standing is not None:
        refuse_inherited_date(finding, day, standing, writing)
    observation = read(finding, value, unit, day or writing.today, writing.today)
    return entry(writing, value=value, unit=unit, observed_on=observation.observed_on)


def refuse_inherited_date(finding: Finding, day: date | None, changed: StoredAnswer, writing: Writing) -> None:
    """Safety: a new answer does not inherit the day that the form showed for the earlier one."""
    if day is not None and day < writing.today and day == day_of(changed) and was_shown(changed, writing):
        raise Refused(
            f"Enter the date of this answer: {short_date(day)} is the date of “{value_in_words(finding, changed)}”. "
            "If that answer was an error, withdraw or clear it first."
        )


def was_shown(stored: StoredAnswer, writing: Writing) -> bool:
    """Not typed today by somebody who still has it before their eyes."""
    is_carried = stored["origin"] == Origin.CARRIED_FORWARD.value and not stored["confirmed"]
    return is_carried or timezone.localdate(datetime.fromisoformat(stored["at"])) < writing.today


def kept_as_refused(
    finding: Finding, typed: Answer, stored: StoredAnswer | None, writing: Writing, message: str
) -> StoredAnswer:
    """Safety: the earlier answer does not silently go on counting, except one that cannot be taken back.

    A bleed that is "present" stays so while somebody mistypes; but when another answer of that kind was typed and
    only its date is missing (resolved, now present again), the earlier one must not count either: it is kept aside.
    """
    refused: RefusedAnswer = {
        "entered": visible(typed.value[:LONGEST_ENTRY]),
        "unit": visible(typed.unit[:LONGEST_ENTRY]),
        "observed_on": visible(typed.observed_on[:LONGEST_ENTRY]),
        "message": message,
    }
    standing = cannot_be_taken_back(finding, stored)
    if standing is None:
        is_same_again = stored is not None and stored["value"] is None and stored["refused"] == refused
        return stored if stored and is_same_again else entry(writing, refused=refused)
    if finding.cannot_return and typed.value in finding.cannot_return.before and typed.value != standing["value"]:
        aside: StoredAnswer = {**standing, "refused": None}
        aside.pop("earlier", None)
        return {**entry(writing, refused=refused), "earlier": aside}
    counts = f"{in_words_of(finding, standing)} goes on counting."
    kept: StoredAnswer = {**standing, "refused": {**refused, "message": f"{message} {counts}"}}
    kept.pop("earlier", None)
    return kept


def message_of(kept: StoredAnswer) -> str:
    return kept["refused"]["message"] if kept["refused"] else ""


def cannot_be_taken_back(finding: Finding, stored: StoredAnswer | None) -> StoredAnswer | None:
    """The stored answer if it is one that only a withdrawal as an error removes (a bleed that was present)."""
    standing = standing_answer(stored)
    if standing is None or finding.cannot_return is None:
        return None
    return standing if standing["value"] in finding.cannot_return.before else None


def standing_answer(stored: StoredAnswer | None) -> StoredAnswer | None:
    if stored is None:
        return None
    return stored if stored["value"] is not None else stored.get("earlier")


def refuse_return(finding: Finding, value: str, stored: StoredAnswer | None) -> None:
    standing = cannot_be_taken_back(finding, stored)
    if standing and finding.cannot_return and value in finding.cannot_return.after:
        raise Refused(
            f"{in_words_of(finding, standing)} cannot be followed by “{finding.label_of(value)}”. "
            f"{finding.cannot_return.instead}"
        )


def read_day(text: str, writing: Writing) -> date:
    try:
        day = read_date(text, today=writing.today)
    except (BadDate, OverflowError) as error:
        raise Refused(str(error)) from error
    if day > writing.today:
        raise Refused(f"{short_date(day)} is in the future. Findings are dated today or earlier.")
    if day < writing.birth_date:
        raise Refused(f"{short_date(day)} is before the patient's birth on {short_date(writing.birth_date)}.")
    return day


def read(finding: Finding, value: str, unit: str | None, day: date, today: date) -> Observation:
    try:
        return read_observation(finding, engine_value(finding, value), unit, day, today)
    except BadFinding as error:
        raise Refused(error.message) from error


def is_empty(stored: StoredAnswer) -> bool:
    return stored["value"] is None and stored["refused"] is None


def day_of(stored: StoredAnswer) -> date | None:
    return date.fromisoformat(stored["observed_on"]) if stored["observed_on"] else None


def value_in_words(finding: Finding, stored: StoredAnswer) -> str:
    """The label of an option, or the number as it was typed with the unit it was given in."""
    value = stored["value"]
    if value is None:
        return WhyUnknown(stored["why_unknown"]).label if stored["why_unknown"] else "Not recorded"
    if finding.kind is not Kind.NUMBER:
        return finding.label_of(value)
    return f"{value}\N{NO-BREAK SPACE}{stored['unit']}" if stored["unit"] else value


def in_words_of(finding: Finding, stored: StoredAnswer) -> str:
    return f"“{value_in_words(finding, stored)}” of {short_date(day_of(stored))}"


def tidied(typed: Answer) -> Answer:
    """Without spaces around it; every kind of white space is a plain space."""
    return Answer(*(plain(text) for text in (typed.value, typed.unit, typed.observed_on, typed.why_unknown)))


def entry(
    writing: Writing,
    *,
    value: str | None = None,
    unit: str | None = None,
    observed_on: date | None = None,
    why_unknown: str | None = None,
    refused: RefusedAnswer | None = None,
) -> StoredAnswer:
    return {
        "value": value,
        "unit": unit,
        "observed_on": observed_on.isoformat() if observed_on else None,
        "origin": Origin.ENTERED.value,
        "carried_from": None,
        "confirmed": value is not None,
        "why_unknown": why_unknown,
        "refused": refused,
        "by": writing.name,
        "at": writing.moment.isoformat(),
    }
