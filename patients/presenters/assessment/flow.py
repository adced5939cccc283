"""The page that shows a patient's way through a pathway, on screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pathways.engine.evaluation import Evaluation
from pathways.flow import Mark, Reading, Show, ShownFlow, shown_flow
from pathways.flow.pages import Choice, FlowBody, counts_of, paper_body, screen_body, zoom_choices, zoom_of
from pathways.flow.whole import query
from pathways.proof_status import proof_words
from pathways.selectors import may_advise
from patients.dates import short_date, short_moment
from patients.models import Assessment, SignedPlan
from patients.presenters.assessment.flow_standing import NoPath, known_values, no_path
from patients.presenters.banner import PatientBanner, patient_banner
from patients.presenters.plan.page import state_sentence

NO_ADVICE = "No approved guidance is in force, so there is no advice and no diagram. The answers are saved."
OTHERWISE = (
    "The rules do not come out today as they did when this was signed, so there is no diagram. Read the care plan."
)
SHOWS = {Show.MINE: "This patient only", Show.ALL: "Whole pathway"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what does not exist is replaced by the usual."""

    pathway: str
    show: Show
    zoom: int
    section: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Asked:
        show = Show.ALL if asked.get("show") == Show.ALL.value else Show.MINE
        return cls(asked.get("pathway", ""), show, zoom_of(asked.get("zoom", "")), asked.get("section", ""))


@dataclass(frozen=True, slots=True)
class FlowChoices:
    """The links that show something else of the same patient."""

    pathways: tuple[Choice, ...]
    shows: tuple[Choice, ...]
    zooms: tuple[Choice, ...]
    print_href: str
    screen_href: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """`no_path` stands where this patient has no way through the pathway."""

    title: str
    show: str
    choices: FlowChoices
    no_path: NoPath | None
    body: FlowBody


@dataclass(frozen=True, slots=True)
class FlowPage:
    """`unavailable` says why there is no diagram; `standing` is "DRAFT, NOT SIGNED", or who signed.

    `warning` is empty unless the plan is superseded or withdrawn.
    """

    title: str
    banner: PatientBanner
    standing: str
    warning: str
    content_line: str
    printed_line: str
    back: Choice
    unavailable: str
    diagram: Diagram | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose way is shown; `evaluation` is None where the rules come out otherwise than when `plan` was signed."""

    assessment: Assessment
    plan: SignedPlan | None
    evaluation: Evaluation | None

    @property
    def back(self) -> Choice:
        if self.plan is None:
            href = reverse("patients:assessment_edit", args=[self.assessment.pk])
            return Choice("Back to the assessment", href, is_chosen=False)
        return Choice("Back to the care plan", reverse("patients:plan_detail", args=[self.plan.pk]), is_chosen=False)


def flow_page(subject: Subject, *, user: User, asked: Asked, for_paper: bool = False) -> FlowPage:
    """As of today for a draft, and as of the day of signing for what was signed."""
    assessment, evaluation = subject.assessment, subject.evaluation
    release = assessment.release
    banner = patient_banner(assessment.patient, today=evaluation.as_of if evaluation else None)
    is_advised = may_advise(release)
    return FlowPage(
        title=f"Flow diagram - {banner.short_name}",
        banner=banner,
        standing=standing_of(subject),
        warning=state_sentence(subject.plan) if subject.plan else "",
        content_line=f"Release {release.number}, {release.get_status_display().lower()}, {proof_words(release)}",
        printed_line=f"Printed {short_moment(timezone.now())} by {user.display_name}",
        back=subject.back,
        unavailable="" if is_advised and evaluation else OTHERWISE if is_advised else NO_ADVICE,
        diagram=diagram_of(subject, evaluation, asked, for_paper=for_paper) if is_advised and evaluation else None,
    )


def standing_of(subject: Subject) -> str:
    day = f" Findings as of {short_date(subject.evaluation.as_of)}" if subject.evaluation else ""
    if subject.plan is None:
        return f"DRAFT, NOT SIGNED.{day}"
    return f"Care plan {subject.plan.number}, signed by {subject.plan.signed_by['name']}.{day}"


def diagram_of(subject: Subject, evaluation: Evaluation, asked: Asked, *, for_paper: bool) -> Diagram:
    assessment = subject.assessment
    reading = Reading(evaluation, known_values(evaluation), subject.back.href, has_form=subject.plan is None)
    flows = {one.code: shown_flow(evaluation.release, one, reading=reading) for one in evaluation.release.pathways}
    asked = replace(asked, pathway=asked.pathway if asked.pathway in flows else first_of(flows))
    pathway = next(one for one in evaluation.release.pathways if one.code == asked.pathway)
    missing = no_path(flows[pathway.code], pathway, reading)
    shown = flows[pathway.code]
    if asked.show is Show.MINE:
        shown = shown_flow(evaluation.release, pathway, reading=reading, show=Show.MINE)
        if missing and shown.start.mark is not Mark.TAKEN:
            shown = replace(shown, sections=())  # nothing is this patient's way, not even its beginning
    return Diagram(
        title=pathway.title,
        show=SHOWS[asked.show],
        choices=choices_of(assessment, flows, asked),
        no_path=missing,
        body=paper_body(shown)
        if for_paper
        else screen_body(
            shown,
            zoom=asked.zoom,
            section=asked.section,
            href_of=lambda code: f"{flow_href(assessment, replace(asked, section=code))}#section-{code}",
        ),
    )


def first_of(flows: Mapping[str, ShownFlow]) -> str:
    """The first pathway with a way of this patient, or one that waits, or the first."""
    for mark in (Mark.TAKEN, Mark.WAITING):
        found = [code for code, flow in flows.items() if flow.endings(mark)]
        if found:
            return found[0]
    return next(iter(flows))


def choices_of(assessment: Assessment, flows: Mapping[str, ShownFlow], asked: Asked) -> FlowChoices:
    return FlowChoices(
        pathways=tuple(
            Choice(named(flow), flow_href(assessment, replace(asked, pathway=code, section="")), code == asked.pathway)
            for code, flow in flows.items()
        ),
        shows=tuple(
            Choice(words, flow_href(assessment, replace(asked, show=show)), show is asked.show)
            for show, words in SHOWS.items()
        ),
        zooms=zoom_choices(asked.zoom, lambda zoom: flow_href(assessment, replace(asked, zoom=zoom))),
        print_href=flow_href(assessment, asked, page="flow_print"),
        screen_href=flow_href(assessment, asked),
    )


def named(flow: ShownFlow) -> str:
    """ "Initial treatment (3 apply, 2 wait)" """
    counts = counts_of(flow)
    return f"{flow.title} ({counts})" if counts else flow.title


def flow_href(assessment: Assessment, asked: Asked, *, page: str = "flow") -> str:
    written = {"pathway": asked.pathway, "show": asked.show.value, "zoom": asked.zoom, "section": asked.section}
    return reverse(f"patients:{page}", args=[assessment.pk]) + query(written)
