"""The what-if page: hypothetical findings beside the recorded ones, and what the verdicts would be, others first."""

from dataclasses import dataclass

from django.forms.boundfield import BoundField
from django.urls import reverse

from pathways.advice_classes import OF_STANCE
from pathways.engine.currency import Status
from pathways.engine.evaluation import Evaluation, Verdict
from pathways.engine.vocabulary import Finding, Intervention
from patients.dates import short_date
from patients.findings import Board
from patients.findings.hypothetical import WhatIf
from patients.forms.what_if import WhatIfForm
from patients.presenters.advice.cards import title_of
from patients.presenters.advice.facts import own_facts_of_rules, value_now
from patients.presenters.advice.panel import review_words, urgent_notes
from patients.presenters.advice.what_would_change import class_after
from patients.presenters.banner import PatientBanner, patient_banner
from patients.presenters.plan.page import state_sentence
from patients.states import AssessmentState

NOT_SAVED = "HYPOTHETICAL \N{EN DASH} nothing here is saved"


@dataclass(frozen=True, slots=True)
class HypotheticalQuestion:
    code: str
    label: str
    now: str
    value: BoundField
    unit: BoundField | None
    problem: str


@dataclass(frozen=True, slots=True)
class HypotheticalGroup:
    title: str
    questions: tuple[HypotheticalQuestion, ...]


@dataclass(frozen=True, slots=True)
class TriedRow:
    label: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Side:
    """One verdict: "Do not: …", because of what, and which findings it still waits for."""

    class_code: str
    word: str
    title: str
    because: str
    missing: str


@dataclass(frozen=True, slots=True)
class ComparedVerdict:
    label: str
    now: Side
    then: Side


@dataclass(frozen=True, slots=True)
class UrgentChange:
    text: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    summary: str
    tried: tuple[TriedRow, ...]
    urgent: tuple[UrgentChange, ...]
    changed: tuple[ComparedVerdict, ...]
    same: tuple[ComparedVerdict, ...]


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    title: str
    banner: PatientBanner
    marked: str
    about: str
    href: str
    back_href: str
    back: str
    unavailable: str
    problems: tuple[str, ...]
    groups: tuple[HypotheticalGroup, ...]
    result: WhatIfResult | None


def what_if_page(board: Board, form: WhatIfForm, *, tried: WhatIf | None, may_advise: bool) -> WhatIfPage:
    """`tried` is None where nothing was sent yet."""
    assessment, evaluation = board.assessment, board.evaluation
    banner = patient_banner(assessment.patient, today=evaluation.as_of)
    is_signed = assessment.state == AssessmentState.SIGNED
    unavailable = "" if may_advise else "No approved guidance is in force, so there is no advice to compare."
    then = tried.then if tried is not None and may_advise else None
    return WhatIfPage(
        title=f"What if - {banner.short_name}",
        banner=banner,
        marked=NOT_SAVED,
        about=about_words(board, is_signed=is_signed),
        href=reverse("patients:what_if", args=[assessment.pk]),
        back_href=reverse("patients:assessment_edit", args=[assessment.pk]),
        back="Back to the care plan" if is_signed else "Back to the real assessment",
        unavailable=unavailable,
        problems=problems_of(tried),
        groups=question_groups(evaluation, form, tried.refusals if tried else {}),
        result=what_if_result(evaluation, then, tried) if then is not None and tried is not None else None,
    )


def about_words(board: Board, *, is_signed: bool) -> str:
    """Safety: beside a signed plan, "now" is today and not the day of the plan, which may be void besides."""
    today = f"As of {short_date(board.evaluation.as_of)}, {review_words(board.assessment.release)}."
    if not is_signed:
        return f"Beside the assessment as it is saved now. {today}"
    beside = "Beside the signed assessment, which stays as it was signed."
    aged = "What has grown too old since then does not count, so that the advice of now may differ from the plan's."
    return " ".join(part for part in (beside, state_sentence(board.assessment.plan), today, aged) if part)


def problems_of(tried: WhatIf | None) -> tuple[str, ...]:
    if tried is None or tried.then is not None:
        return ()
    if not tried.refusals:
        return ("Nothing was tried: choose at least one hypothetical answer.",)
    one = len(tried.refusals) == 1
    return (f"{'One answer' if one else f'{len(tried.refusals)} answers'} cannot be tried. See below what is wrong.",)


def question_groups(
    evaluation: Evaluation, form: WhatIfForm, refusals: dict[str, str]
) -> tuple[HypotheticalGroup, ...]:
    vocabulary = evaluation.release.vocabulary
    return tuple(
        HypotheticalGroup(
            group,
            tuple(
                question_of(evaluation, finding, form, refusals.get(finding.code, ""))
                for finding in vocabulary.findings.values()
                if finding.group == group
            ),
        )
        for group in vocabulary.groups
    )


def question_of(evaluation: Evaluation, finding: Finding, form: WhatIfForm, problem: str) -> HypotheticalQuestion:
    value, unit = form.bound(finding.code)
    return HypotheticalQuestion(
        finding.code, finding.label, f"Now: {in_words(evaluation, finding)}", value, unit, problem
    )


def in_words(evaluation: Evaluation, finding: Finding) -> str:
    state = evaluation.findings[finding.code]
    if state.status is Status.NOT_APPLICABLE:
        return "not asked"
    words = value_now(evaluation, finding)
    if state.observation is None:
        return words
    day = short_date(state.observation.observed_on)
    return f"{words}, {day}" if state.value is not None else f"{words}: what was recorded on {day} does not count"


def what_if_result(now: Evaluation, then: Evaluation, tried: WhatIf) -> WhatIfResult:
    interventions = now.release.vocabulary.interventions
    rows = [
        (is_other(now.verdicts[code], then.verdicts[code]), compared(now, then, intervention))
        for code, intervention in interventions.items()
    ]
    changed = tuple(row for is_changed, row in rows if is_changed)
    return WhatIfResult(
        summary=summary_of(len(changed), len(rows)),
        tried=tuple(tried_row(now, then, code) for code in tried.tried),
        urgent=urgent_changes(now, then),
        changed=changed,
        same=tuple(row for is_changed, row in rows if not is_changed),
    )


def summary_of(changed: int, every: int) -> str:
    if not changed:
        return f"No verdict would change ({every} compared)."
    return f"{changed} of {every} verdicts would change."


def tried_row(now: Evaluation, then: Evaluation, code: str) -> TriedRow:
    finding = now.release.vocabulary.findings[code]
    return TriedRow(finding.label, in_words(now, finding), in_words(then, finding))


def is_other(now: Verdict, then: Verdict) -> bool:
    """Another stance, or settled where it was not; the reasons alone make no other verdict."""
    return (now.stance, now.settled, now.satisfied) != (then.stance, then.settled, then.satisfied)


def compared(now: Evaluation, then: Evaluation, intervention: Intervention) -> ComparedVerdict:
    return ComparedVerdict(intervention.label, side_of(now, intervention), side_of(then, intervention))


def side_of(evaluation: Evaluation, intervention: Intervention) -> Side:
    verdict = evaluation.verdicts[intervention.code]
    advice = class_after(verdict)
    facts = own_facts_of_rules(evaluation, verdict.governing)
    labels = [evaluation.release.vocabulary.findings[code].label for code in verdict.needs]
    title = title_of(advice, intervention)
    if verdict.stance is not None and not verdict.settled and verdict.stance.is_permissive:
        title = f"so far {OF_STANCE[verdict.stance].word.lower()}: {title}"
    return Side(
        class_code=advice.code,
        word=advice.word if advice.word in ("Do", "Do not") else f"{advice.word}:",
        title=title,
        because="; ".join(fact.text for fact in facts),
        missing=f"Still missing: {', '.join(labels)}" if labels else "",
    )


def urgent_changes(now: Evaluation, then: Evaluation) -> tuple[UrgentChange, ...]:
    before = {note.key: note.wording for note in urgent_notes(now)}
    after = {note.key: note.wording for note in urgent_notes(then)}
    new = [UrgentChange(wording, is_new=True) for key, wording in after.items() if key not in before]
    return (*new, *(UrgentChange(wording, is_new=False) for key, wording in before.items() if key not in after))
