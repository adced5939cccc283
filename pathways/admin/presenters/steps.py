"""Where a version stands on its way into force, as a sentence and as a list of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from pathways.dates import short_date
from pathways.models import Review, Version
from pathways.states import ReviewDecision, VersionState

STEPS = ("Draft", "Submitted", "Under review", "Approved", "In force")
NEEDED = 2
FOR_TRAINING = "Its text is in force without approval, for training only."
POSITION = {
    VersionState.DRAFT: 1,
    VersionState.SUBMITTED: 2,
    VersionState.UNDER_REVIEW: 3,
    VersionState.APPROVED: 4,
}


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    current: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Stepper:
    """``steps`` is empty for a version that goes no further."""

    sentence: str
    steps: tuple[Step, ...]


def stepper(version: Version, reviews: Sequence[Review], *, in_force: bool = False) -> Stepper:
    """What came from files is in force without having gone these steps: that is said, and no step is ticked for it."""
    state = VersionState(version.state)
    is_approved = state == VersionState.APPROVED
    position = len(STEPS) if in_force and is_approved else POSITION.get(state, 0)
    aside = f" {FOR_TRAINING}" if in_force and not is_approved else ""
    if not position:
        return Stepper(f"{state.label}{since(version)}.{aside}", ())
    words = words_for(version, state, reviews)
    if position == len(STEPS):
        words = f"In force. {words}"
    steps = tuple(Step(label, place == position, place < position) for place, label in enumerate(STEPS, 1))
    return Stepper(f"Step {position} of {len(STEPS)}: {words}.{aside}", steps)


def words_for(version: Version, state: VersionState, reviews: Sequence[Review]) -> str:
    approving = names([review.reviewer_name for review in reviews if review.decision == ReviewDecision.APPROVED])
    count = sum(review.decision == ReviewDecision.APPROVED for review in reviews)
    match state:
        case VersionState.DRAFT if is_untouched_return(version):
            return f"Draft, returned with comments by {version.created_by_name}"
        case VersionState.DRAFT:
            return f"Draft, last changed by {version.updated_by_name}"
        case VersionState.SUBMITTED:
            return f"{submitted(version)}, waiting for {NEEDED} reviewers"
        case VersionState.UNDER_REVIEW:
            return f"Under review ({count} of {NEEDED} approved{f', by {approving}' if approving else ''})"
        case _:
            return f"Approved by {approving}" if approving else state.label


def submitted(version: Version) -> str:
    """What came from files has no author here, and nobody submitted it."""
    return f"Submitted by {version.submitted_by_name}" if version.created_by_id else "Came from files"


def is_untouched_return(version: Version) -> bool:
    """The reviewer who returned a version made this draft of it; nobody has changed it yet."""
    returned = version.based_on
    return returned is not None and returned.state == VersionState.RETURNED and returned.sha256 == version.sha256


def since(version: Version) -> str:
    return f" on {short_date(timezone.localtime(version.decided_at).date())}" if version.decided_at else ""


def names(people: Sequence[str]) -> str:
    return " and ".join(people)
