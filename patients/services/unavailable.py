"""What the log is told when recommendations are unavailable."""

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.services.canaries import report_own_difference
from patients.findings.unavailable import AdviceStopped, AdviceUnavailable, EngineFailed
from patients.models import Assessment


def note_unavailable(unavailable: AdviceUnavailable, *, by: User) -> None:
    """After what was saved is committed. While advice is stopped the check itself is the event, not every page."""
    match unavailable:
        case EngineFailed():
            record_incident(unavailable, by=by)
        case AdviceStopped(own=record_of_release) if record_of_release is not None:
            report_own_difference(record_of_release)


@transaction.atomic
def record_incident(failed: EngineFailed, *, by: User) -> None:
    record(
        Event.ADVICE_UNAVAILABLE,
        by=by,
        patient=failed.patient,
        target=str(failed.assessment or ""),
        after={"incident": failed.incident},
        outcome="failed",
    )


@transaction.atomic
def record_sign_refused(assessment: Assessment, *, by: User) -> None:
    record(
        Event.SIGN_REFUSED,
        by=by,
        patient=assessment.patient_id,
        target=str(assessment.pk),
        reason="advice_unavailable",
        outcome="refused",
    )
