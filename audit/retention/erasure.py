"""Erases what the log says about one patient, by destroying the key it is encrypted with; every hash stays as it is."""

from uuid import UUID

from django.db import transaction

from audit.context import Actor
from audit.events import Event
from audit.models import AuditEvent, PatientKey
from audit.services import record


class NothingToErase(ValueError):
    """The log has no key for this patient: nothing was said that could be read, or it was erased before."""


def events_about(patient: UUID) -> int:
    return AuditEvent.everything.filter(patient_id=patient).count()


def erase_values(patient: UUID, *, reason: str, legal_basis: str, by: Actor | None) -> None:
    """Raises NothingToErase. What is said of the patient afterwards gets a new key.

    The event names the patient in its target only: with `patient` its own words would be sealed with that new key.
    """
    with transaction.atomic():
        deleted, _ = PatientKey.objects.filter(patient_id=patient).delete()
        if not deleted:
            raise NothingToErase(f"The log holds no key of patient {patient}. Nothing was erased.")
        record(
            Event.AUDIT_VALUES_ERASED,
            by=by,
            target=f"patient {patient}",
            after={"legal_basis": legal_basis},
            reason=reason,
        )
