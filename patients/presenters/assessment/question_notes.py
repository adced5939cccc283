"""What stands under a question: how its answer counts, until when, why it does not, and what was refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

from pathways.engine.currency import Reason, Status
from pathways.engine.evaluation import Evaluation
from pathways.engine.explain import condition_in_words
from pathways.engine.truth import FALSE, TRUE, Truth
from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings import Board, does_not_count
from patients.findings.answers import value_in_words
from patients.models.assessments import StoredAnswer
from patients.presenters.advice.facts import converted
from patients.states import Origin


@dataclass(frozen=True, slots=True)
class QuestionNote:
    """`is_shown` decides whether the question is on the page; an answered question never disappears."""

    code: str
    label: str
    is_shown: bool
    is_answered: bool
    error: str
    warning: str
    tag: str
    text: str
    can_repeat: bool
    withdraw_href: str


def question_notes(board: Board) -> tuple[QuestionNote, ...]:
    return tuple(question_note(board, finding) for finding in board.evaluation.release.vocabulary.findings.values())


def question_note(board: Board, finding: Finding) -> QuestionNote:
    evaluation = board.evaluation
    stored: StoredAnswer | None = board.assessment.findings.get(finding.code)
    asked = asked_truth(evaluation, finding)
    has_answer = stored is not None and (stored["value"] is not None or stored["refused"] is not None)
    carried = is_carried(stored)
    return QuestionNote(
        code=finding.code,
        label=finding.label,
        is_shown=asked is TRUE or has_answer,
        is_answered=stored is not None and (has_answer or bool(stored["why_unknown"])),
        error=stored["refused"]["message"] if stored and stored["refused"] else "",
        warning=why_it_does_not_count(evaluation, finding),
        tag="Carried forward, confirm" if carried else "",
        text=standing_text(evaluation, finding, stored),
        can_repeat=carried and can_be_repeated(evaluation, finding),
        withdraw_href=withdraw_href(board, finding) if is_locked(finding, stored) else "",
    )


def withdraw_href(board: Board, finding: Finding) -> str:
    return reverse("patients:finding_withdraw", args=[board.assessment.pk, finding.code])


def asked_truth(evaluation: Evaluation, finding: Finding) -> Truth:
    return TRUE if finding.asked_when is None else evaluation.truth_of(finding.asked_when)


def is_carried(stored: StoredAnswer | None) -> bool:
    """Not for an answer that newer guidance refuses: there is nothing to confirm."""
    if stored is None or stored["value"] is None:
        return False
    return stored["origin"] == Origin.CARRIED_FORWARD and not stored["confirmed"]


def can_be_repeated(evaluation: Evaluation, finding: Finding) -> bool:
    """Not an event, not an answer of today, and above all not one that does not count any more."""
    observation = evaluation.recorded[finding.code].observation
    is_of_today = observation is not None and observation.observed_on == evaluation.as_of
    return not finding.event and not is_of_today and not does_not_count(evaluation, finding.code)


def is_locked(finding: Finding, stored: StoredAnswer | None) -> bool:
    """Whether the answer can only be taken out as an error."""
    standing = stored if stored is None or stored["value"] is not None else stored.get("earlier")
    return (
        standing is not None and finding.cannot_return is not None and standing["value"] in finding.cannot_return.before
    )


def why_it_does_not_count(evaluation: Evaluation, finding: Finding) -> str:
    """A sentence for a recorded answer that is not used; empty where it counts or nothing is recorded."""
    state, recorded = evaluation.findings[finding.code], evaluation.recorded[finding.code]
    if recorded.observation is None or state.status is Status.CURRENT:
        return ""
    vocabulary = evaluation.release.vocabulary
    others = " and ".join(vocabulary.findings[code].label for code in recorded.blocked_by)
    match recorded.fault:
        case Reason.TOO_OLD:
            age = (evaluation.as_of - recorded.observation.observed_on).days
            return f"Does not count: {age} days old, counts for {finding.valid_days}. Assess it again."
        case Reason.OVERTAKEN:
            day = max(evaluation.observations[code].observed_on for code in recorded.blocked_by)
            return f"Does not count: it predates “{others}” of {short_date(day)}. Repeat it."
        case Reason.OVERTURNER_UNRECORDED:
            return f"Does not count until it is known whether something has overtaken it: record {others}."
        case _:
            return not_used(evaluation, finding)


def not_used(evaluation: Evaluation, finding: Finding) -> str:
    if finding.asked_when is None:
        return ""
    condition = condition_in_words(finding.asked_when, evaluation.release.vocabulary)
    if asked_truth(evaluation, finding) is FALSE:
        return f"Not used: asked only while {condition}."
    return f"Not used until it is known whether {condition}."


def standing_text(evaluation: Evaluation, finding: Finding, stored: StoredAnswer | None) -> str:
    """ "80, 02-Nov-2026, valid to 16-Nov-2026"; the value only where it differs from what the field shows."""
    if stored is None or stored["value"] is None:
        return earlier_text(finding, stored)
    observation = evaluation.recorded[finding.code].observation
    if observation is None:
        return ""
    parts = days_in_words(finding, observation.observed_on, evaluation.as_of)
    if isinstance(observation.value, Decimal) and observation.unit and observation.unit != finding.units[0].code:
        parts.insert(0, f"converted: {converted(finding, observation.value)}")
    if stored["refused"]:
        parts.insert(0, f"Still counts: {value_in_words(finding, stored)}")
    return ", ".join(parts)


def days_in_words(finding: Finding, observed_on: date, today: date) -> list[str]:
    """Nothing to say about an answer of today that does not age."""
    parts = valid_until(finding, observed_on)
    if observed_on != today:
        return parts
    return ["today", *parts[1:]] if len(parts) > 1 else []


def earlier_text(finding: Finding, stored: StoredAnswer | None) -> str:
    earlier = stored.get("earlier") if stored else None
    if earlier is None:
        return ""
    day = date.fromisoformat(earlier["observed_on"]) if earlier["observed_on"] else None
    return f"Before: {value_in_words(finding, earlier)}, {short_date(day)}"


def valid_until(finding: Finding, observed_on: date) -> list[str]:
    """ "20-Nov-2026" and, where the answer ages, "valid to 18-Dec-2026"."""
    if finding.valid_days is None:
        return [short_date(observed_on)]
    last = observed_on + timedelta(days=finding.valid_days)
    return [short_date(observed_on), f"valid to {short_date(last)}"]
