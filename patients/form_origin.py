"""The signed note in every form beside the assessment's own: who opened it, about which record, and how that stood."""

from dataclasses import asdict, dataclass
from enum import Enum
from uuid import UUID

from django.core import signing

from accounts.models import User
from patients.models import Assessment, Patient, SignedPlan

SALT = "patients.form-origin"
FIELD = "origin"
NOBODY_YET = UUID(int=0)  # the patient who is being added

Subject = Patient | Assessment | SignedPlan | None


class Foreign(Enum):
    """Why a form is not taken, in words; what was typed into it is shown again beside them."""

    UNKNOWN = "This form was not made by LM Pathways, or it was made before the application was changed."
    OTHER_USER = "This form was opened by somebody else, who was signed in here before you."
    OTHER_PATIENT = "This form belongs to another patient or record."
    CHANGED_SINCE = (
        "The record was changed after this form was opened: by somebody else, or because the button was pressed twice."
    )


class FormIsForeign(Exception):
    """Nothing was changed."""

    def __init__(self, reason: Foreign) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True)
class FormOrigin:
    """The session alone does not say it: a form may be open in a tab from before somebody else signed in."""

    user: UUID
    patient: UUID
    about: UUID
    revision: int

    @classmethod
    def of(cls, record: Subject, *, user: User) -> "FormOrigin":
        """`record` is what the form changes; None for a patient who has no record yet."""
        match record:
            case None:
                return cls(user.pk, NOBODY_YET, NOBODY_YET, 0)
            case Patient():
                return cls(user.pk, record.pk, record.pk, record.revision)
            case Assessment():
                return cls(user.pk, record.patient_id, record.pk, record.revision)
            case SignedPlan():
                return cls(user.pk, record.patient_id, record.pk, 0)

    def sign(self) -> str:
        return signing.dumps({name: str(value) for name, value in asdict(self).items()}, salt=SALT)

    @classmethod
    def unsign(cls, token: str) -> "FormOrigin":
        try:
            fields = signing.loads(token, salt=SALT)
            return cls(
                user=UUID(fields["user"]),
                patient=UUID(fields["patient"]),
                about=UUID(fields["about"]),
                revision=int(fields["revision"]),
            )
        except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
            raise FormIsForeign(Foreign.UNKNOWN) from error


def note_for(record: Subject, *, user: User) -> str:
    return FormOrigin.of(record, user=user).sign()


def check_origin(token: str, record: Subject, *, user: User, unchanged: bool = False) -> None:
    """Safety: nothing is written under a name or about a patient that was not on the screen. HZ-7

    `unchanged`: the record must be as it was shown, for forms that say nothing themselves about what was on the screen.
    Raises FormIsForeign.
    """
    sent, here = FormOrigin.unsign(token), FormOrigin.of(record, user=user)
    if sent.user != here.user:
        raise FormIsForeign(Foreign.OTHER_USER)
    if (sent.patient, sent.about) != (here.patient, here.about):
        raise FormIsForeign(Foreign.OTHER_PATIENT)
    if unchanged and sent.revision != here.revision:
        raise FormIsForeign(Foreign.CHANGED_SINCE)
