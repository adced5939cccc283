"""Events written as the application writes them, many at once: what waits when no sealer has run for a while."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from audit.context import Program, set_process_actor
from audit.events import Event
from audit.services import record

PATIENTS = 50


def write(number: int) -> None:
    """Runs where Django is set up."""
    set_process_actor(Program(audit_id="drills", audit_name="The drills"))
    with transaction.atomic():
        for one in range(number):
            record(Event.PATIENT_VIEWED, by=None, patient=UUID(int=one % PATIENTS, version=4))
