"""What would change the advice on one intervention: the smallest changes of findings, in words, each with a trial."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from pathways.advice_classes import NOT_SETTLED, OF_STANCE, AdviceClass, class_of
from pathways.engine.decimals import in_words
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.lifting import Way, what_would_change
from pathways.engine.possible_changes import Change, is_as_now
from pathways.engine.regions import Region
from pathways.engine.vocabulary import Finding
from patients.dates import short_date
from patients.findings import Board
from patients.presenters.advice.facts import value_now


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """ "CSF flow" with a link to its question, "were Unobstructed", "now: not known".

    Safety: nothing of it may be read as something to bring about; of some findings no wish makes another one.
    """

    label: str
    href: str
    were: str
    now: str


@dataclass(frozen=True, slots=True)
class TypedField:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class WayRow:
    """`verdict` is "Consider instead"; `provisional` says what would still be missing; `fields` fill in the what-if."""

    class_code: str
    verdict: str
    changes: tuple[ChangeWords, ...]
    provisional: str
    fields: tuple[TypedField, ...]
    tried: str


@dataclass(frozen=True, slots=True)
class WayGroup:
    heading: str
    rows: tuple[WayRow, ...]
    more: str


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """ "if Unobstructed: Consider"."""

    value: str
    class_code: str
    verdict: str


@dataclass(frozen=True, slots=True)
class MissingAnswers:
    label: str
    href: str
    answers: tuple[AnswerWords, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """`unavailable` says why there is no advice at all; `nothing` that no change of a few findings would help."""

    intervention: str
    label: str
    now_class: str
    now: str
    unavailable: str
    nothing: str
    missing: tuple[MissingAnswers, ...]
    undecided: tuple[str, ...]
    groups: tuple[WayGroup, ...]
    what_if_href: str


def changes_page(board: Board, intervention: str, *, form_href: str, may_advise: bool) -> ChangesPage:
    """`form_href` is the address of the page with the questions; empty on that page itself."""
    evaluation = board.evaluation
    label = evaluation.release.vocabulary.interventions[intervention].label
    what_if_href = reverse("patients:what_if", args=[board.assessment.pk])
    if not may_advise:
        none = "No approved guidance is in force, so there is no advice that could change."
        return ChangesPage(intervention, label, "", "", none, "", (), (), (), what_if_href)
    found = what_would_change(evaluation, intervention)
    now = evaluation.verdicts[intervention]
    words = Words(evaluation, form_href, is_free=now.stance is None or now.stance.is_permissive)
    groups = (
        words.group(heading_of_milder(now, is_free=words.is_free), found.milder, found.more_milder),
        words.group("Would reopen it, but not settle it", found.not_settled, 0),
        words.group("Would make it stricter", found.stricter, found.more_stricter),
        words.group("Only outside the pathway that says this", found.outside, 0),
    )
    shown = tuple(group for group in groups if group.rows)
    missing, undecided = words.missing(found.answers, now)
    return ChangesPage(
        intervention=intervention,
        label=label,
        now_class=class_after(now).code,
        now=verdict_words(now),
        unavailable="",
        nothing=""
        if shown or missing or undecided
        else "No other advice was found with changes of one or two findings.",
        missing=missing,
        undecided=undecided,
        groups=shown,
        what_if_href=what_if_href,
    )


def heading_of_milder(now: Verdict, *, is_free: bool) -> str:
    if is_free and not now.settled:
        return "Would settle it, together"
    return "Would change it without ruling it out" if is_free else "Would lift or soften it"


def class_after(verdict: Verdict) -> AdviceClass:
    """Without a stance but open, it is "not settled" and not "not addressed"."""
    return NOT_SETTLED if verdict.stance is None and not verdict.settled else class_of(verdict)


def verdict_words(verdict: Verdict) -> str:
    advice = class_after(verdict)
    if verdict.stance is None:
        return "No advice yet, not settled" if not verdict.settled else "No advice"
    if advice is NOT_SETTLED:
        return f"Not settled, so far {OF_STANCE[verdict.stance].word}"
    return advice.word if verdict.settled else f"{advice.word}, provisional"


@dataclass(frozen=True, slots=True)
class Words:
    """`is_free` says that the advice of now rules nothing out."""

    evaluation: Evaluation
    form_href: str
    is_free: bool

    def group(self, heading: str, ways: tuple[Way, ...], more: int) -> WayGroup:
        left_out = "" if not more else f"{more} more {'way' if more == 1 else 'ways'} found, not listed."
        return WayGroup(heading, tuple(self.row(way) for way in ways), left_out)

    def row(self, way: Way) -> WayRow:
        changes = tuple(self.change(change) for change in way.changes)
        return WayRow(
            class_code=class_after(way.then).code,
            verdict=self.instead(way.then),
            changes=changes,
            provisional=self.still_missing(way.then),
            fields=tuple(field for change in way.changes for field in self.fields(change)),
            tried=" and ".join(f"{change.label} {change.were}" for change in changes),
        )

    def instead(self, then: Verdict) -> str:
        """ "Consider instead"; what only reopens the verdict is no other advice yet."""
        if class_after(then) is NOT_SETTLED:
            return "Not settled any more" if self.is_free else "Not ruled out any more, but not settled"
        if then.stance is None:
            return "No advice any more"
        return f"{class_after(then).word} instead{'' if then.settled else ', provisional'}"

    def still_missing(self, verdict: Verdict) -> str:
        if verdict.settled:
            return ""
        findings = self.evaluation.release.vocabulary.findings
        named = ", ".join(findings[code].label for code in verdict.needs)
        return (
            f"Then still missing: {named}." if class_after(verdict) is NOT_SETTLED else f"Could be stricter: {named}."
        )

    def change(self, change: Change) -> ChangeWords:
        finding = self.finding(change)
        observed = self.evaluation.findings[change.finding].observation
        now = value_now(self.evaluation, finding)
        if observed is not None and now != "not known":
            now = f"{now}, {short_date(observed.observed_on)}"
        verb = "were observed again as" if is_as_now(self.evaluation, change) else "were"
        words = f"{verb} {value_words(finding, change)}"
        return ChangeWords(finding.label, self.href(change.finding), words, f"now: {now}")

    def fields(self, change: Change) -> tuple[TypedField, ...]:
        finding, value = self.finding(change), change.values[0]
        typed = TypedField(f"finding-{change.finding}", value if isinstance(value, str) else in_words(value))
        if isinstance(value, Decimal) and finding.units:
            return (typed, TypedField(f"finding-{change.finding}-unit", finding.units[0].code))
        return (typed,)

    def missing(
        self, answers: tuple[tuple[Way, ...], ...], now: Verdict
    ) -> tuple[tuple[MissingAnswers, ...], tuple[str, ...]]:
        """Those of which some answer changes the verdict in full, the others by name."""
        rows, undecided = [], []
        for ways in answers:
            finding = self.finding(ways[0].changes[0])
            if all((way.then.stance, way.then.settled) == (now.stance, now.settled) for way in ways):
                undecided.append(finding.label)
            else:
                rows.append(MissingAnswers(finding.label, self.href(finding.code), tuple(map(self.answer, ways))))
        return tuple(rows), tuple(undecided)

    def answer(self, way: Way) -> AnswerWords:
        value = value_words(self.finding(way.changes[0]), way.changes[0])
        return AnswerWords(value, class_after(way.then).code, verdict_words(way.then))

    def finding(self, change: Change) -> Finding:
        return self.evaluation.release.vocabulary.findings[change.finding]

    def href(self, code: str) -> str:
        return f"{self.form_href}#question-{code}"


def value_words(finding: Finding, change: Change) -> str:
    """ "Planned or Given"; a number as its range, "below 70"."""
    if change.region is not None:
        return region_words(finding, change.region)
    labels = [finding.label_of(value) for value in change.values]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"


def region_words(finding: Finding, region: Region) -> str:
    """The ends of the finding's own range are no bounds."""
    low = None if region.low == finding.minimum else region.low
    high = None if region.high == finding.maximum else region.high
    unit = f"\N{NO-BREAK SPACE}{finding.units[0].code}" if finding.units else ""
    above = (
        "" if low is None else f"{in_words(low)}{unit} or more" if region.has_low else f"above {in_words(low)}{unit}"
    )
    under = "" if high is None else f"{'at most' if region.has_high else 'below'} {in_words(high)}{unit}"
    if low is not None and low == high:
        return f"{in_words(low)}{unit}"
    return " and ".join(part for part in (above, under) if part) or "any value"
