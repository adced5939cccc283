"""The signed note that a form of break-glass carries: who was shown it, about what, and for how long it may be sent."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.core import signing

from accounts.models import User

ASK_WITHIN = 10 * 60  # seconds between the search and the opening


class NoteRefused(Exception):
    """Nothing was opened or reviewed; the message says what to do."""


class About(Enum):
    """What the note is about; a note of one kind is worth nothing in a form of the other."""

    PATIENT = "patients.break-glass"
    ACCESS = "patients.access-review"


@dataclass(frozen=True, slots=True)
class BreakGlassNote:
    """Without it the id of another ward's patient opens nothing, and neither does a tab left open by somebody else."""

    user: UUID
    about: UUID

    def sign(self, kind: About) -> str:
        return signing.dumps({"user": str(self.user), "about": str(self.about)}, salt=kind.value)


def note_for(user: User, about: UUID, *, kind: About) -> str:
    return BreakGlassNote(user.pk, about).sign(kind)


def read_note(token: str, *, user: User, kind: About) -> UUID:
    """What the note is about. Raises NoteRefused."""
    try:
        fields = signing.loads(token, salt=kind.value, max_age=ASK_WITHIN if kind is About.PATIENT else None)
        note = BreakGlassNote(UUID(fields["user"]), UUID(fields["about"]))
    except signing.SignatureExpired as error:
        raise NoteRefused("More than ten minutes have passed since the search. Search for the number again.") from error
    except (signing.BadSignature, KeyError, TypeError, ValueError, AttributeError) as error:
        raise NoteRefused("This form was not made by LM Pathways. Search for the number again.") from error
    if note.user != user.pk:
        raise NoteRefused("This form was opened by somebody else, who was signed in here before you. Search again.")
    return note.about
