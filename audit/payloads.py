"""The canonical bytes of an event: made once, stored, hashed as stored, and never made again from the columns.

A JSON object with sorted keys and no spaces. `values`, which no column repeats, comes last; everything before it says
what the columns say, so that a changed column is found by comparing.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

# Sorted, and together with "values" exactly the keys of a payload.
COLUMNS = (
    "action",
    "actor_id",
    "actor_name",
    "actor_role",
    "at_us",
    "device",
    "id",
    "ip",
    "outcome",
    "patient_id",
    "reason",
    "session_hash",
    "target",
    "transaction",
)


def canonical(values: Mapping[str, Any]) -> bytes:
    """One byte string for equal values, whatever the order of keys; ids are written as text."""
    text = json.dumps(
        values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
    )
    return text.encode("utf-8")


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"The audit log takes plain JSON values, not {type(value).__name__}.")
