"""The findings of two assessments beside one another, with every change in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.engine.currency import FindingState, Reason, Status
from pathways.engine.decimals import in_words
from pathways.engine.evaluation import Evaluation
from pathways.engine.moved_codes import code_under, read_under
from pathways.engine.observations import Observation
from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings.answers import value_in_words
from patients.models.assessments import StoredAnswer, WithdrawnAnswer
from patients.presenters.assessment.question_notes import why_it_does_not_count
from patients.presenters.compare.sides import Side

UNCHANGED = "Unchanged"
NOT_RECORDED = "Not recorded"
NOT_APPLICABLE = "Not applicable"
NOT_ASKED = "Not asked by this guidance"


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """`note` says why a recorded answer does not count."""

    words: str
    day: str
    note: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class ComparedFinding:
    code: str
    label: str
    earlier: ComparedValue
    later: ComparedValue
    change: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A finding on both sides; `finding` is None on the side whose guidance does not ask it."""

    code: str
    was: Finding | None
    finding: Finding | None
    earlier: Side
    later: Side
    carried: Observation | None

    @property
    def stored_then(self) -> StoredAnswer | None:
        return self.earlier.answers.get(self.was.code) if self.was else None

    @property
    def stored_now(self) -> StoredAnswer | None:
        return self.later.answers.get(self.finding.code) if self.finding else None

    @property
    def observed_now(self) -> Observation | None:
        return self.later.evaluation.observations.get(self.finding.code) if self.finding else None

    @property
    def withdrawn(self) -> WithdrawnAnswer | None:
        """The last time it was taken out of the later assessment."""
        codes = {one.code for one in (self.was, self.finding) if one}
        return next((one for one in reversed(self.later.withdrawn) if one["code"] in codes), None)

    @property
    def is_corrected(self) -> bool:
        return self.withdrawn is not None and not self.withdrawn.get("not_used")


def compared_findings(earlier: Side, later: Side) -> tuple[ComparedFinding, ...]:
    return tuple(compared_finding(pair) for pair in pairs_of(earlier, later))


def changes_by_code(rows: tuple[ComparedFinding, ...]) -> dict[str, str]:
    """ "Intracranial bleeding: was None, 02-Nov-2026; now Present, 19-Nov-2026", for the sentences about verdicts."""
    return {row.code: f"{row.label}: was {in_one_line(row.earlier)}; now {in_one_line(row.later)}" for row in rows}


def in_one_line(value: ComparedValue) -> str:
    said = ", ".join(part for part in (value.words, value.day) if part)
    return said if value.is_known else f"{said[0].lower()}{said[1:]}"


def pairs_of(earlier: Side, later: Side) -> Iterator[Pair]:
    """In the order of the later guidance; then what only the earlier one asked."""
    then, now = earlier.evaluation.release.vocabulary, later.evaluation.release.vocabulary
    carried = read_under(earlier.evaluation.observations, then, now)
    met: set[str] = set()
    for code, finding in now.findings.items():
        was = then.findings.get(code_under(code, now, then) or "")
        met |= {was.code} if was else set()
        yield Pair(code, was, finding, earlier, later, carried.get(code))
    for code, finding in then.findings.items():
        if code not in met:
            yield Pair(code, finding, None, earlier, later, None)


def compared_finding(pair: Pair) -> ComparedFinding:
    then = compared_value(pair.earlier.evaluation, pair.was, pair.stored_then)
    now = compared_value(pair.later.evaluation, pair.finding, pair.stored_now)
    change = change_in_words(pair, then, now)
    named = pair.finding or pair.was
    return ComparedFinding(
        code=pair.code,
        label=named.label if named else pair.code,
        earlier=then,
        later=now,
        change=change,
        differs=change != UNCHANGED and not is_repeated(pair, change),
    )


def compared_value(evaluation: Evaluation, finding: Finding | None, stored: StoredAnswer | None) -> ComparedValue:
    if finding is None:
        return ComparedValue(NOT_ASKED, "", "", is_known=False)
    if stored is None or stored["value"] is None:
        return ComparedValue(unknown_words(evaluation, finding, stored), "", "", is_known=False)
    day = short_date(date.fromisoformat(stored["observed_on"])) if stored["observed_on"] else "No date"
    if finding.code not in evaluation.observations:
        return ComparedValue(value_in_words(finding, stored), day, "This answer cannot be read.", is_known=False)
    note = why_it_does_not_count(evaluation, finding)
    return ComparedValue(value_in_words(finding, stored), day, note, is_known=True)


def unknown_words(evaluation: Evaluation, finding: Finding, stored: StoredAnswer | None) -> str:
    if stored is not None and stored["refused"]:
        return f"“{stored['refused']['entered']}” was not accepted"
    if stored is not None and stored["why_unknown"]:
        return f"Not known: {value_in_words(finding, stored).lower()}"
    if evaluation.findings[finding.code].status is Status.NOT_APPLICABLE:
        return NOT_APPLICABLE
    return NOT_RECORDED


def change_in_words(pair: Pair, then: ComparedValue, now: ComparedValue) -> str:
    if not then.is_known and not now.is_known:
        return change_without_answers(then, now)
    if not now.is_known:
        return lost_in_words(pair)
    if not then.is_known:
        return "New"
    return moved_in_words(pair)


def change_without_answers(then: ComparedValue, now: ComparedValue) -> str:
    """Nothing was known before and nothing is now; whether the question is asked may still have changed."""
    if now.words in (then.words, NOT_ASKED):
        return UNCHANGED
    if now.words == NOT_APPLICABLE:
        return "Not applicable any more"
    return "Asked now, not known" if then.words in (NOT_APPLICABLE, NOT_ASKED) else "Still not known"


def lost_in_words(pair: Pair) -> str:
    """Safety: a value that is not known any more is never an improvement, and never "no". HZ-1"""
    if pair.finding is None:
        return f"Not asked by release {pair.later.release.number}"
    if pair.withdrawn is not None and pair.is_corrected:
        return f"Withdrawn as error: {pair.withdrawn['reason']}"
    if pair.carried is None:
        return f"Not used by release {pair.later.release.number}"
    return "No longer known"


def moved_in_words(pair: Pair) -> str:
    """Both sides have a value: has it changed, and does it still count?"""
    value = value_change(pair.carried, pair.observed_now, pair.finding)
    counting = counting_change(pair)
    corrected = "The earlier answer was withdrawn as error" if value and pair.is_corrected else ""
    said = [part for part in (value, corrected, counting) if part]
    return ". ".join(said) or repeated_words(pair)


def value_change(then: Observation | None, now: Observation | None, finding: Finding | None) -> str:
    """Empty where the value is the same, whatever unit it was written in."""
    if then is None or now is None or finding is None:
        return "Changed"
    if then.value == now.value:
        return ""
    if isinstance(then.value, Decimal) and isinstance(now.value, Decimal):
        direction = "Up" if now.value > then.value else "Down"
        return f"{direction} {difference_in_words(then, now, finding)}"
    return "Changed"


def difference_in_words(then: Observation, now: Observation, finding: Finding) -> str:
    """In the unit that both were written in, else in the first of the finding."""
    if then.unit == now.unit:
        difference, unit = abs(Decimal(now.entered) - Decimal(then.entered)), now.unit
    else:
        difference, unit = abs(Decimal(now.value) - Decimal(then.value)), finding.units[0].code
    whole = difference.to_integral_value()
    words = in_words(whole if difference == whole else difference.normalize())
    return f"{words}\N{NO-BREAK SPACE}{unit}" if unit else words


def counting_change(pair: Pair) -> str:
    """Empty where it counts on both sides, or on neither."""
    then, now = state_of(pair.earlier, pair.was), state_of(pair.later, pair.finding)
    counts = [state is not None and state.status is Status.CURRENT for state in (then, now)]
    if then is None or now is None or counts[0] is counts[1]:
        return ""
    if counts[1]:
        return "Counts now"
    return f"No longer counts: {why_not_counting(pair.later.evaluation, now.code)}"


def state_of(side: Side, finding: Finding | None) -> FindingState | None:
    return side.evaluation.findings[finding.code] if finding else None


def why_not_counting(evaluation: Evaluation, code: str) -> str:
    """A clause: "older than 28 days"."""
    finding, state = evaluation.release.vocabulary.findings[code], evaluation.findings[code]
    others = " and ".join(evaluation.release.vocabulary.findings[one].label for one in state.blocked_by)
    match state.reason:
        case Reason.TOO_OLD:
            return f"older than {finding.valid_days} days"
        case Reason.OVERTAKEN:
            return f"older than “{others}”"
        case Reason.OVERTURNER_UNRECORDED:
            return f"not of today, and not known whether overtaken by “{others}”"
        case Reason.ASKED_UNKNOWN:
            return "not known whether it is still asked for"
        case _:
            return "not asked for any more"


def repeated_words(pair: Pair) -> str:
    then, now = pair.carried, pair.observed_now
    if then is None or now is None or then.observed_on == now.observed_on:
        return UNCHANGED
    return "Unchanged, observed again" if now.observed_on > then.observed_on else "Unchanged, with another date"


def is_repeated(pair: Pair, change: str) -> bool:
    """The same answer with a later date is no difference; one with an earlier date is a correction."""
    return change == "Unchanged, observed again"
