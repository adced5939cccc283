"""When a number belongs to another record: what is said about it, and what the log is told."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.services import record
from patients.models import Patient

IN_USE = {
    "nhs_number": "This NHS number belongs to a record that exists already. Search for it before adding another.",
    "hospital_number": "This hospital number belongs to a record that exists already. Search for it first.",
}
IN_USE_ELSEWHERE = {
    "nhs_number": "This NHS number is in use already. Ask the records office.",
    "hospital_number": "This hospital number is in use already. Ask the records office.",
}


class PatientRefused(Exception):
    """The details contradict each other or another record; `problems` holds a sentence per field."""

    def __init__(self, problems: Mapping[str, str], *, is_elsewhere: bool = False) -> None:
        """`is_elsewhere`: the number belongs to a record that the person may not see; the attempt is logged."""
        self.problems = dict(problems)
        self.is_elsewhere = is_elsewhere
        super().__init__(" ".join(problems.values()))


def number_refused(field: str, sentence: str, number: str, *, by: User) -> PatientRefused:
    """Of another ward's record nothing is told but that the number is taken."""
    if Patient.objects.visible_to(by).filter(**{field: number}).exists():
        return PatientRefused({field: sentence})
    return PatientRefused({field: IN_USE_ELSEWHERE[field]}, is_elsewhere=True)


def log_number_of_another_ward(refused: PatientRefused, *, by: User, patient: Patient | None = None) -> None:
    """In its own transaction, after everything else was rolled back; the number itself is not logged."""
    if not refused.is_elsewhere:
        return
    with transaction.atomic():
        record(
            Event.ACCESS_DENIED,
            by=by,
            patient=patient.pk if patient else None,
            target=", ".join(refused.problems),
            reason="The number that was entered belongs to a record of another ward",
            outcome="refused",
        )
