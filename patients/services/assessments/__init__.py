"""Starting, saving, correcting and closing assessments."""

from patients.findings import Answer, Refusal
from patients.services.assessments.answers import NothingToDo, confirm_unchanged, withdraw_finding
from patients.services.assessments.closing import adopt_release, discard_assessment
from patients.services.assessments.drafts import SavedDraft, Submission, save_draft, touched_in_form
from patients.services.assessments.moved_on import Difference, FormMovedOn, MovedOn, Side
from patients.services.assessments.start import start_assessment

__all__ = [
    "Answer",
    "Difference",
    "FormMovedOn",
    "MovedOn",
    "NothingToDo",
    "Refusal",
    "SavedDraft",
    "Side",
    "Submission",
    "adopt_release",
    "confirm_unchanged",
    "discard_assessment",
    "save_draft",
    "start_assessment",
    "touched_in_form",
    "withdraw_finding",
]
