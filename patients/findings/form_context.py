"""The signed note in every form that says who is writing about whom, and on top of what."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.core import signing

from accounts.models import User
from patients.models import Assessment

SALT = "patients.form-context"


class ForgedContext(ValueError):
    """The note in the form was not written by this application."""


@dataclass(frozen=True, slots=True)
class FormContext:
    """The session alone does not say it: a form may be open in a tab from before somebody else signed in."""

    user: UUID
    patient: UUID
    assessment: UUID
    revision: int
    release: UUID
    day: date

    @classmethod
    def of(cls, assessment: Assessment, *, user: User, today: date) -> "FormContext":
        return cls(
            user=user.pk,
            patient=assessment.patient_id,
            assessment=assessment.pk,
            revision=assessment.revision,
            release=assessment.release_id,
            day=today,
        )

    def sign(self) -> str:
        return signing.dumps({name: str(value) for name, value in asdict(self).items()}, salt=SALT)

    @classmethod
    def unsign(cls, token: str) -> "FormContext":
        """Raises ForgedContext. There is no time limit: an old form is refused by its revision or its day."""
        try:
            fields = signing.loads(token, salt=SALT)
            return cls(
                user=UUID(fields["user"]),
                patient=UUID(fields["patient"]),
                assessment=UUID(fields["assessment"]),
                revision=int(fields["revision"]),
                release=UUID(fields["release"]),
                day=date.fromisoformat(fields["day"]),
            )
        except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
            raise ForgedContext("The form's context cannot be read.") from error
