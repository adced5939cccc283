"""The strips above an assessment: what its reader has to know before anything else."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from pathways.models import Release
from pathways.selectors.notes import GuidanceChange
from patients.dates import short_date
from patients.findings import Board
from patients.models import Assessment
from patients.presenters.assessment.corrections import ConfirmPage, confirm_page
from patients.presenters.assessment.withdrawn import not_used_documents
from patients.signing import intended_use


@dataclass(frozen=True, slots=True)
class Strip:
    """`lines` stand below the text as a list."""

    text: str
    lines: tuple[str, ...] = ()
    href: str = ""
    link: str = ""
    button_href: str = ""
    button: str = ""


def strips_of(board: Board, *, today: date) -> tuple[Strip, ...]:
    assessment = board.assessment
    strips = [Strip(obstacle.message) for obstacle in intended_use(assessment.patient, today)]
    if assessment.patient.has_died:
        strips.append(has_died())
    if not_used := not_used_documents(assessment):
        strips.append(answers_not_used(not_used))
    carried = confirm_page(board)
    if carried.rows or carried.not_counting:
        strips.append(answers_to_confirm(assessment, carried))
    return tuple(strips)


def has_died() -> Strip:
    return Strip("The patient has died. Sign or discard this draft only if that is still meaningful.")


def no_guidance() -> Strip:
    approved = "approved " if settings.LM_MODE == "live" else ""
    return Strip(f"No {approved}guidance is in force. This assessment can be filled in, but not signed.")


def other_release(assessment: Assessment, in_force: Release, change: GuidanceChange) -> Strip:
    """Safety: a draft never changes its guidance by itself; whoever moves it knows what changed and why."""
    mine, day = assessment.release.number, short_date(timezone.localdate(change.since))
    if in_force.number > mine:
        came = f"Release {in_force.number} of the guidance came into force on {day}, after this assessment was started"
        what = "What changed"
    else:
        came = f"The guidance was taken back to release {in_force.number} on {day}"
        what = "No longer in force"
    why = [f"Why: {change.reason}"] if change.reason else []
    return Strip(
        f"{came}; this assessment still uses release {mine} and cannot be signed with it. "
        "Nothing changes until you move it.",
        lines=(*why, *(f"{what}, {one.title}: {one.note}" for one in change.notes)),
        button_href=reverse("patients:release_adopt", args=[assessment.pk]),
        button=f"Move to release {in_force.number}",
    )


def answers_not_used(rows: list[dict[str, str]]) -> Strip:
    """Safety: an answer for which the guidance has no place any more never vanishes without a word."""
    answers = "1 earlier answer is" if len(rows) == 1 else f"{len(rows)} earlier answers are"
    return Strip(
        f"{answers} not used by this release of the guidance; they stay in the record.",
        lines=tuple(f"{row['label']}: {row['value']}. {row['reason']}" for row in rows),
    )


def answers_to_confirm(assessment: Assessment, page: ConfirmPage) -> Strip:
    """Safety: what does not count any more is named with its reason, and never among what a tick can confirm. HZ-2"""
    number, stale = len(page.rows) + len(page.not_counting), len(page.not_counting)
    answers = "1 answer was" if number == 1 else f"{number} answers were"
    needs = "1 of them needs" if stale == 1 else f"{stale} of them need"
    new_results = f" {needs} a new result:" if stale else ""
    return Strip(
        f"{answers} carried forward from the last signed assessment, with their own dates.{new_results}",
        lines=tuple(f"{row.label}: {row.answer}. {row.warning}" for row in page.not_counting),
        href=reverse("patients:findings_confirm", args=[assessment.pk]),
        link=f"Look at {len(page.rows)} and confirm" if page.rows else "Look at them",
    )
