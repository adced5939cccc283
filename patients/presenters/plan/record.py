"""What stands beside a signed plan and is no part of it: the replay, the addenda, and ways to take the plan along."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from patients.dates import short_moment
from patients.models import PlanAddendum, SignedPlan
from patients.permissions import can_add_addendum
from patients.presenters.plan.replay_words import difference_sentence, replay_sentence
from patients.replay import Replay, replay_plan


@dataclass(frozen=True, slots=True)
class AddendumLine:
    """`signed` is who wrote it and when."""

    number: int
    text: str
    signed: str


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """`replay_lines` are empty where the plan came out as it was signed; `addendum_href` where nothing may be added."""

    replay_sentence: str
    replay_lines: tuple[str, ...]
    is_identical: bool
    addenda: tuple[AddendumLine, ...]
    addendum_href: str
    text_href: str
    pdf_href: str


def plan_record(plan: SignedPlan, *, user: User) -> PlanRecord:
    """For the page of the plan. Safety: what is replayed is compared with the body and never shown as advice."""
    replay = replay_plan(plan)
    return PlanRecord(
        replay_sentence=replay_sentence(replay, settings.VERSION),
        replay_lines=replay_lines(replay),
        is_identical=replay.outcome == "identical",
        addenda=addendum_lines(plan),
        addendum_href=reverse("patients:plan_addendum", args=[plan.pk]) if can_add_addendum(user, plan) else "",
        text_href=reverse("patients:plan_text", args=[plan.pk]),
        pdf_href=reverse("patients:plan_pdf", args=[plan.pk]),
    )


def replay_lines(replay: Replay) -> tuple[str, ...]:
    return tuple(difference_sentence(difference, replay.release) for difference in replay.differences)


def addendum_lines(plan: SignedPlan) -> tuple[AddendumLine, ...]:
    """Also for paper, where nothing else of the record is wanted."""
    return tuple(addendum_line(addendum) for addendum in plan.addenda.all())


def addendum_line(addendum: PlanAddendum) -> AddendumLine:
    person = addendum.by
    named = ", ".join(part for part in (person["name"], person["role"]) if part)
    registration = f", registration {person['registration']}" if person["registration"] else ""
    moment = short_moment(timezone.localtime(addendum.at))
    return AddendumLine(addendum.number, addendum.text, f"{named}{registration}, {moment}")
