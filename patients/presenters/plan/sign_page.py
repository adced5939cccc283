"""The page before the signature: answers to check, advice with its answers, and what still stands in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from pathways.engine.vocabulary import Finding
from pathways.selectors import may_advise
from patients.dates import short_date
from patients.findings import Board
from patients.presenters.advice.facts import Link
from patients.presenters.advice.panel import RecommendationPanel, recommendation_panel
from patients.presenters.assessment.page import assessment_href, content_line
from patients.presenters.assessment.question_notes import question_note
from patients.presenters.assessment.withdrawn import not_used_documents, withdrawn_documents
from patients.presenters.banner import PatientBanner, patient_banner
from patients.presenters.plan.body import day_words, value_words
from patients.presenters.plan.details import PlanSummary, plan_summary
from patients.signing import Obstacle, SignObstacle, unsettled


@dataclass(frozen=True, slots=True)
class AnswerRow:
    label: str
    value: str
    day: str
    remark: str
    change_href: str


@dataclass(frozen=True, slots=True)
class AnswerSection:
    title: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class UnsettledRow:
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class WithdrawnRow:
    """An answer that was taken out as an error, or that the guidance does not use: the plan lists it too."""

    label: str
    value: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class SignPage:
    """`problems` are links to where each obstacle can be removed; an empty href is a plain sentence.

    `draft_href` is empty where nothing may be advised.
    """

    title: str
    heading: str
    banner: PatientBanner
    href: str
    assessment_href: str
    draft_href: str
    board_hash: str
    content: str
    problems: tuple[Link, ...]
    sections: tuple[AnswerSection, ...]
    panel: RecommendationPanel
    unsettled: tuple[UnsettledRow, ...]
    plan: PlanSummary
    withdrawn: tuple[WithdrawnRow, ...]
    not_used: tuple[WithdrawnRow, ...]
    priorities: str
    ceilings: str
    texts_carried_from: Mapping[str, str]


def sign_page(board: Board, obstacles: Iterable[Obstacle], *, carried: Mapping[str, str]) -> SignPage:
    assessment = board.assessment
    banner = patient_banner(assessment.patient, today=board.evaluation.as_of)
    return SignPage(
        title=f"Review and sign - {banner.short_name}",
        heading=f"Review and sign: assessment {short_date(board.evaluation.as_of)}",
        banner=banner,
        href=reverse("patients:plan_sign", args=[assessment.pk]),
        assessment_href=assessment_href(assessment),
        draft_href=reverse("patients:draft_print", args=[assessment.pk]) if may_advise(assessment.release) else "",
        board_hash=board.seen,
        content=content_line(assessment.release),
        problems=tuple(problem_of(board, obstacle) for obstacle in obstacles),
        sections=answer_sections(board),
        panel=recommendation_panel(board),
        unsettled=unsettled_rows(board),
        plan=plan_summary(board),
        withdrawn=tuple(WithdrawnRow(**row) for row in withdrawn_documents(board)),
        not_used=tuple(WithdrawnRow(**row) for row in not_used_documents(assessment)),
        priorities=assessment.priorities,
        ceilings=assessment.ceilings,
        texts_carried_from=carried,
    )


def problem_of(board: Board, obstacle: Obstacle) -> Link:
    page = assessment_href(board.assessment)
    match obstacle.kind:
        case SignObstacle.VERDICT_NOT_ANSWERED:
            return Link(obstacle.message, f"{page}#card-{obstacle.intervention}")
        case SignObstacle.ANSWER_REFUSED:
            return Link(obstacle.message, f"{page}#question-{obstacle.field}")
        case SignObstacle.DUE_IN_THE_PAST:
            href = reverse("patients:plan_details", args=[board.assessment.pk])
            return Link(obstacle.message, f"{href}#id_{obstacle.field}")
        case SignObstacle.TUMOUR_KIND_NOT_RECORDED:
            return Link(obstacle.message, reverse("patients:patient_edit", args=[board.assessment.patient_id]))
        case SignObstacle.OTHER_GUIDANCE | SignObstacle.NO_GUIDANCE:
            return Link(obstacle.message, page)
        case _:
            return Link(obstacle.message, f"#id_{obstacle.field}" if obstacle.field else "")


def answer_sections(board: Board) -> tuple[AnswerSection, ...]:
    vocabulary = board.evaluation.release.vocabulary
    sections = []
    for group in vocabulary.groups:
        findings = [finding for finding in vocabulary.findings.values() if finding.group == group]
        rows = [answer_row(board, finding) for finding in findings if question_note(board, finding).is_shown]
        if rows:
            sections.append(AnswerSection(group, tuple(rows)))
    return tuple(sections)


def answer_row(board: Board, finding: Finding) -> AnswerRow:
    stored = board.assessment.findings.get(finding.code)
    note = question_note(board, finding)
    remarks = (note.error, note.warning, "Carried forward, not confirmed." if note.tag else "")
    return AnswerRow(
        label=finding.label,
        value=value_words(finding, stored),
        day=day_words(stored) if stored else "",
        remark=" ".join(remark for remark in remarks if remark),
        change_href=f"{assessment_href(board.assessment)}#question-{finding.code}",
    )


def unsettled_rows(board: Board) -> tuple[UnsettledRow, ...]:
    vocabulary = board.evaluation.release.vocabulary
    rows = []
    for verdict in unsettled(board):
        needs = ", ".join(vocabulary.findings[code].label for code in verdict.needs)
        sentence = f"could still change; missing: {needs}" if needs else "could still change"
        rows.append(UnsettledRow(vocabulary.interventions[verdict.intervention].label, sentence))
    return tuple(rows)
