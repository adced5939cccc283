"""What a row trigger of SQLite writes into the log: the same bytes as PostgreSQL's function makes."""

import getpass
import time
import uuid
from collections.abc import Callable
from functools import cache

from audit.context import current_actor
from audit.event_ids import new_event_id
from audit.events import Event
from audit.payloads import canonical

RowPayload = Callable[[str, object, str | None, str, str], str]


def row_payload_of(transaction_name: Callable[[], str]) -> RowPayload:
    """The function for one connection; `changed` are column names, each with a comma behind it."""

    def audit_row_payload(table: str, key: object, patient: str | None, operation: str, changed: str) -> str:
        actor, at_us = current_actor(), time.time_ns() // 1000
        columns = {
            "action": Event.ROW_CHANGED.code,
            "actor_id": actor.audit_id,
            "actor_name": actor.audit_name or actor.audit_id,
            "actor_role": "",
            "at_us": at_us,
            "device": "",
            "id": new_event_id(at_us),
            "ip": "",
            "outcome": "done",
            "patient_id": uuid.UUID(patient) if patient else None,
            "reason": "",
            "session_hash": "",
            "target": f"{table}/{key}",
            "transaction": transaction_name(),
        }
        values = {
            "columns": sorted(filter(None, changed.split(","))),
            "database_user": system_account(),
            "operation": operation,
        }
        return canonical({**columns, "values": values}).decode("utf-8")

    return audit_row_payload


@cache
def system_account() -> str:
    """SQLite knows no users of its own; it is the account of the process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a number without a name
        return "unknown account"
