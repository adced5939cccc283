"""The recommendation panel: the verdicts as cards in groups, what is missing, and what nothing is said about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone

from accounts.models import Wording
from pathways.advice_classes import DONE, MISSING, NOT_ADDRESSED, PANEL_ORDER, URGENT, AdviceClass
from pathways.engine.currency import Status
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.explain import condition_in_words
from pathways.engine.truth import TRUE
from pathways.models import Release
from pathways.selectors import may_advise
from patients.advice import must_be_answered
from patients.findings import Board
from patients.presenters.advice.arguments import Argument, note_of
from patients.presenters.advice.cards import Card, card_of, unattached_notes
from patients.presenters.advice.decisions import card_decision
from patients.presenters.advice.facts import Link, finding_link, value_now
from patients.presenters.advice.missing import MissingRow, NextMissing, missing_row, next_missing
from patients.presenters.assessment.question_notes import valid_until

FIRST_QUESTIONS = 4
MISSING_SHOWN = 6


def review_words(release: Release) -> str:
    return f"release {release.number}, {release.get_status_display().lower()}"


@dataclass(frozen=True, slots=True)
class CardGroup:
    code: str
    heading: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class DoneRow:
    card: Card
    sentence: str


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An intervention without advice so far, and what would settle whether there is any."""

    label: str
    needs: tuple[Link, ...]
    changes_href: str = ""


@dataclass(frozen=True, slots=True)
class RecommendationPanel:
    """What stands beside the form.

    `unavailable` says why there is no advice at all, and then the rest is empty. `shown` is what the next answer is
    compared with; `first` is only filled while nothing is recorded.
    """

    revision: int
    answers: int
    unavailable: str
    is_empty: bool
    summary: str
    updated: str
    review: str
    first: tuple[Link, ...]
    urgent: tuple[Argument, ...]
    groups: tuple[CardGroup, ...]
    next_missing: NextMissing | None
    missing: tuple[MissingRow, ...]
    more_missing: tuple[MissingRow, ...]
    missing_count: int
    notes: tuple[Argument, ...]
    done: tuple[DoneRow, ...]
    open_rows: tuple[OpenRow, ...]
    not_addressed: tuple[str, ...]
    not_asked: tuple[str, ...]
    unanswered: tuple[Link, ...]
    what_if_href: str
    shown: str
    announcement: str


def recommendation_panel(
    board: Board, *, seen: Mapping[str, str] | None = None, wording: str = Wording.PROFESSIONAL
) -> RecommendationPanel:
    """`seen` maps interventions to the classes last shown on this page; None where nothing was shown yet."""
    panel = advising_panel(board, seen=seen, wording=wording)
    return panel if may_advise(board.assessment.release) else without_advice(panel)


def without_advice(panel: RecommendationPanel) -> RecommendationPanel:
    """Safety: unapproved content says nothing in live mode, not even what it would like to know. HZ-15"""
    return panel_that_says_nothing(
        revision=panel.revision,
        answers=panel.answers,
        unavailable="No approved guidance is in force, so there is no advice. Your answers are saved.",
        summary="No advice",
        review=panel.review,
        first=panel.first,
        announcement="There is no advice: no approved guidance is in force.",
    )


def panel_that_says_nothing(
    *,
    revision: int,
    answers: int,
    unavailable: str,
    summary: str,
    review: str,
    announcement: str,
    first: tuple[Link, ...] = (),
) -> RecommendationPanel:
    """Safety: whatever a panel comes to show, here it is empty until somebody decides otherwise. HZ-66"""
    return RecommendationPanel(
        revision=revision,
        answers=answers,
        unavailable=unavailable,
        is_empty=False,
        summary=summary,
        updated=now_in_words(),
        review=review,
        first=first,
        urgent=(),
        groups=(),
        next_missing=None,
        missing=(),
        more_missing=(),
        missing_count=0,
        notes=(),
        done=(),
        open_rows=(),
        not_addressed=(),
        not_asked=(),
        unanswered=(),
        what_if_href="",
        shown="",
        announcement=announcement,
    )


def now_in_words() -> str:
    return timezone.localtime().strftime("%H:%M:%S")


def advising_panel(board: Board, *, seen: Mapping[str, str] | None, wording: str) -> RecommendationPanel:
    evaluation, release = board.evaluation, board.assessment.release
    cards = cards_of(board, review=release.get_status_display().lower(), seen=seen, wording=wording)
    by_class = {advice.code: tuple(card for card in cards if card.class_code == advice.code) for advice in PANEL_ORDER}
    done = tuple(DoneRow(card, done_sentence(evaluation, card)) for card in cards if card.class_code == DONE.code)
    urgent = urgent_notes(evaluation, wording=wording)
    shown = shown_classes(cards, urgent)
    missing = tuple(missing_row(board, one) for one in evaluation.missing)
    return RecommendationPanel(
        revision=board.assessment.revision,
        unavailable="",
        answers=max((standing.decision.number for standing in board.decisions.values()), default=0),
        is_empty=not evaluation.observations,
        summary=summary_of(by_class, urgent, missing),
        updated=now_in_words(),
        review=review_words(release),
        first=first_questions(evaluation),
        urgent=urgent,
        groups=tuple(group_of(advice, by_class[advice.code]) for advice in PANEL_ORDER if by_class[advice.code]),
        next_missing=next_missing(board),
        missing=missing[:MISSING_SHOWN],
        more_missing=missing[MISSING_SHOWN:],
        missing_count=len(missing),
        notes=unattached_notes(evaluation, frozenset(card.intervention for card in cards), wording=wording),
        done=done,
        open_rows=open_rows(board),
        not_addressed=not_addressed(evaluation),
        not_asked=not_asked(evaluation),
        unanswered=unanswered_cards(board),
        what_if_href=reverse("patients:what_if", args=[board.assessment.pk]),
        shown=" ".join(f"{code}:{advice}" for code, advice in shown.items()),
        announcement=announcement(evaluation, shown, seen, len(missing)),
    )


def cards_of(board: Board, *, review: str, seen: Mapping[str, str] | None, wording: str) -> tuple[Card, ...]:
    return tuple(
        card_of(
            board.evaluation,
            verdict,
            decision=card_decision(board, verdict),
            review=review,
            seen=None if seen is None else seen.get(code, ""),
            wording=wording,
            changes_href=changes_href(board, code),
        )
        for code, verdict in board.evaluation.verdicts.items()
        if verdict.stance is not None
    )


def changes_href(board: Board, intervention: str) -> str:
    return reverse("patients:what_would_change", args=[board.assessment.pk, intervention])


def group_of(advice: AdviceClass, cards: tuple[Card, ...]) -> CardGroup:
    return CardGroup(advice.code, f"{advice.heading} ({len(cards)})", cards)


def urgent_notes(evaluation: Evaluation, *, wording: str = Wording.PROFESSIONAL) -> tuple[Argument, ...]:
    return tuple(
        note_of(evaluation, rule, wording=wording)
        for rule in evaluation.release.rules.values()
        if rule.urgent and evaluation.rules[rule.key] is TRUE
    )


def shown_classes(cards: tuple[Card, ...], urgent: tuple[Argument, ...]) -> dict[str, str]:
    return {card.intervention: card.class_code for card in cards} | {note.key: URGENT.code for note in urgent}


def classes_from(text: str) -> dict[str, str]:
    """What the page says it last showed; whatever else somebody sends is ignored."""
    pairs = (part.partition(":") for part in text.split())
    return {code: advice for code, _, advice in pairs}


def summary_of(
    by_class: dict[str, tuple[Card, ...]], urgent: tuple[Argument, ...], missing: tuple[MissingRow, ...]
) -> str:
    counts = [(len(urgent), URGENT.counted)]
    counts += [(len(by_class[advice.code]), advice.counted) for advice in PANEL_ORDER]
    counts += [(len(missing), MISSING.counted)]
    return (
        " · ".join(f"{number}\N{NO-BREAK SPACE}{word}" for number, word in counts if number)
        or "No advice, nothing missing"
    )


def first_questions(evaluation: Evaluation) -> tuple[Link, ...]:
    """The most decisive of the missing findings, while nothing at all is recorded."""
    if evaluation.observations:
        return ()
    askable = [
        one.code for one in evaluation.missing if evaluation.release.vocabulary.findings[one.code].asked_when is None
    ]
    return tuple(finding_link(evaluation, code) for code in askable[:FIRST_QUESTIONS])


def done_sentence(evaluation: Evaluation, card: Card) -> str:
    """ "CSF flow: Unobstructed, 20-Nov-2026, valid to 18-Dec-2026"."""
    answered = dict.fromkeys(rule.answers for rule in evaluation.verdicts[card.intervention].governing if rule.answers)
    sentences = []
    for code in answered:
        finding = evaluation.release.vocabulary.findings[code]
        observation = evaluation.findings[code].observation
        if observation is not None:
            parts = [value_now(evaluation, finding), *valid_until(finding, observation.observed_on)]
            sentences.append(f"{finding.label}: {', '.join(parts)}")
    return "; ".join(sentences)


def open_row(evaluation: Evaluation, verdict: Verdict) -> OpenRow:
    label = evaluation.release.vocabulary.interventions[verdict.intervention].label
    return OpenRow(label, tuple(finding_link(evaluation, need) for need in verdict.needs))


def open_rows(board: Board) -> tuple[OpenRow, ...]:
    return tuple(
        replace(open_row(board.evaluation, verdict), changes_href=changes_href(board, verdict.intervention))
        for verdict in board.evaluation.verdicts.values()
        if verdict.stance is None and not verdict.settled
    )


def not_addressed(evaluation: Evaluation) -> tuple[str, ...]:
    interventions = evaluation.release.vocabulary.interventions
    silent = [code for code, verdict in evaluation.verdicts.items() if verdict.stance is None and verdict.settled]
    return tuple(interventions[code].label for code in silent)


def not_asked(evaluation: Evaluation) -> tuple[str, ...]:
    vocabulary = evaluation.release.vocabulary
    return tuple(
        f"{finding.label}: asked only while {condition_in_words(finding.asked_when, vocabulary)}"
        for code, finding in vocabulary.findings.items()
        if finding.asked_when is not None and evaluation.findings[code].status is Status.NOT_APPLICABLE
    )


def unanswered_cards(board: Board) -> tuple[Link, ...]:
    interventions = board.evaluation.release.vocabulary.interventions
    return tuple(
        Link(interventions[code].label, f"#card-{code}")
        for code, verdict in board.evaluation.verdicts.items()
        if must_be_answered(verdict) and board.fitting_decision(code) is None
    )


def announcement(evaluation: Evaluation, shown: Mapping[str, str], seen: Mapping[str, str] | None, missing: int) -> str:
    """Read aloud once, and only when the set of verdicts has changed."""
    if seen is None or dict(shown) == dict(seen):
        return ""
    words = {advice.code: advice.word for advice in (URGENT, *PANEL_ORDER, DONE, NOT_ADDRESSED)}
    labels = {code: one.label for code, one in evaluation.release.vocabulary.interventions.items()}
    changed = [
        f"{words[advice]}: {labels.get(code, 'note')}" for code, advice in shown.items() if seen.get(code) != advice
    ]
    gone = [f"No advice any more: {labels.get(code, 'note')}" for code in seen if code not in shown and code in labels]
    findings = "1 finding missing" if missing == 1 else f"{missing} findings missing"
    return f"Recommendations updated. {'. '.join([*changed, *gone, findings])}."
