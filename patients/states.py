"""The closed lists of the patients' records: every state, answer and reason that is stored, with its words."""

from enum import Enum

from django.db.models import TextChoices


class Sex(TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    INDETERMINATE = "indeterminate", "Indeterminate"
    NOT_KNOWN = "not_known", "Not Known"


class AllergyStatus(TextChoices):
    """Exactly one of four; nothing recorded is never "none known"."""

    KNOWN = "known", "Known allergies"
    NONE_KNOWN = "none_known", "No known allergies"
    NOT_RECORDED = "not_recorded", "Allergies not recorded"
    UNAVAILABLE = "unavailable", "Allergies unavailable"


class TumourKind(TextChoices):
    SOLID = "solid", "Solid tumour"
    NOT_SOLID = "not_solid", "Leukaemia, lymphoma or primary brain tumour"
    NOT_RECORDED = "not_recorded", "Not recorded"


class AssessmentState(TextChoices):
    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed"
    DISCARDED = "discarded", "Discarded"


class PlanState(Enum):
    CURRENT = "Current"
    SUPERSEDED = "Superseded"
    WITHDRAWN = "Withdrawn as entered in error"


class Origin(TextChoices):
    ENTERED = "entered", "Entered"
    CARRIED_FORWARD = "carried_forward", "Carried forward"


class WhyUnknown(TextChoices):
    """Recorded for people; to the engine a finding without a value is unknown, whatever the reason."""

    NOT_ASSESSED = "not_assessed", "Not assessed"
    AWAITED = "awaited", "Result awaited"
    CANNOT_OBTAIN = "cannot_obtain", "Cannot obtain"


class AdviceAnswer(TextChoices):
    """What a clinician answers to a verdict; the buttons' words depend on the verdict and stand in the presenters."""

    FOLLOW = "follow", "Follow the advice"
    DECLINE = "decline", "Not doing"
    DECIDED = "decided", "Decided"
    DISCUSS = "discuss", "Will discuss"
    USE = "use", "Use"
    NOT_USE = "not_use", "Not using"
    GIVE_ANYWAY = "give_anyway", "Give anyway"
    UNDONE = "undone", "Answer taken back"


class AnswerReason(TextChoices):
    ALREADY_DONE = "already_done", "Already done"
    PATIENT_DECLINES = "patient_declines", "Patient declines"
    CONTRAINDICATED = "contraindicated", "Contraindicated for another reason"
    NOT_AVAILABLE = "not_available", "Not available here"
    GOALS_OF_CARE = "goals_of_care", "Outside goals of care"
    DOES_NOT_FIT = "does_not_fit", "Guidance does not fit this patient"
    OTHER = "other", "Other"


class SignatureMeaning(TextChoices):
    OWN_DECISIONS = "own_decisions", "I made these decisions"
    ON_BEHALF = "on_behalf", "I recorded decisions made by someone else"


class BreakGlassReason(TextChoices):
    """Why the record of another ward's patient is opened."""

    DIRECT_CARE = "direct_care", "I take part in this patient's care"
    EMERGENCY = "emergency", "Emergency"
    COVER = "cover", "I cover for the patient's ward"
    OPINION = "opinion", "I was asked for an opinion"
    OTHER = "other", "Another reason, written below"


class ReviewOutcome(TextChoices):
    """What the privacy officer finds about an access; an enquiry ends with one of the other two."""

    JUSTIFIED = "justified", "Justified"
    NOT_JUSTIFIED = "not_justified", "Not justified"
    NEEDS_ENQUIRY = "needs_enquiry", "Needs enquiry"
