"""The signed note in every form that says who is writing about whom, and on top of what."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core import signing

from accounts.models import User
from audit.payloads import canonical
from patients.models import Assessment
from patients.models.assessments import TEXT_LABELS, StoredAnswer

SALT = "patients.form-context"
LONG_ENOUGH = 12  # hexadecimal digits: nobody chooses them, so only chance makes two alike
NOTHING_STORED = ""
UNCONFIRMED = "*"


class ForgedContext(ValueError):
    """The note in the form was not written by this application."""


@dataclass(frozen=True, slots=True)
class FormContext:
    """The session alone does not say it: a form may be open in a tab from before somebody else signed in.

    `base` has a fingerprint of every answer and text that the form was filled with; None where the form is from before
    there was one, and then nobody can tell which answers its writer changed.
    """

    user: UUID
    patient: UUID
    assessment: UUID
    revision: int
    release: UUID
    day: date
    base: Mapping[str, str] | None = None

    @classmethod
    def of(cls, assessment: Assessment, *, user: User, today: date) -> "FormContext":
        return cls(
            user=user.pk,
            patient=assessment.patient_id,
            assessment=assessment.pk,
            revision=assessment.revision,
            release=assessment.release_id,
            day=today,
            base=base_of(assessment),
        )

    def sign(self) -> str:
        fields: dict[str, object] = {
            "user": str(self.user),
            "patient": str(self.patient),
            "assessment": str(self.assessment),
            "revision": str(self.revision),
            "release": str(self.release),
            "day": str(self.day),
        }
        with_base = fields if self.base is None else fields | {"base": dict(self.base)}
        return signing.dumps(with_base, salt=SALT, compress=True)

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
                base=None if fields.get("base") is None else dict(fields["base"]),
            )
        except (signing.BadSignature, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ForgedContext("The form's context cannot be read.") from error


def base_of(assessment: Assessment) -> dict[str, str]:
    prints = {code: standing_print(stored) for code, stored in assessment.findings.items()}
    texts = {name: fingerprint_of_text(getattr(assessment, name)) for name in TEXT_LABELS}
    return {name: one for name, one in (prints | texts).items() if one != NOTHING_STORED}


def standing_print(stored: StoredAnswer | None) -> str:
    """Of what the form shows, and a mark while it is carried forward and nobody has said that it still holds.

    Safety: whoever confirms an answer has given it, and nobody else writes over it unseen. HZ-64
    """
    is_open = stored is not None and stored["value"] is not None and not stored["confirmed"]
    return fingerprint(stored) + (UNCONFIRMED if is_open else "")


def shown_of(standing: str) -> str:
    return standing.removesuffix(UNCONFIRMED)


def fingerprint(stored: StoredAnswer | None) -> str:
    """Of what the form shows of an answer: who gave it is no change of the answer."""
    if stored is None:
        return NOTHING_STORED
    refused = stored["refused"]["entered"] if stored["refused"] else None
    shown = [stored["value"], stored["unit"], stored["observed_on"], stored["why_unknown"], refused]
    return hashlib.sha256(canonical({"shown": shown})).hexdigest()[:LONG_ENOUGH]


def fingerprint_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:LONG_ENOUGH] if text else NOTHING_STORED
