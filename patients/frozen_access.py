"""Migration operation: the database itself holds still who opened a record by break-glass, why and until when.

An end stays once it is set, and so does a review that is more than an open enquiry. No row is ever deleted.
"""

from django.db.migrations.operations import RunPython

from audit.frozen import FrozenTable

HELD = ("id", "patient_id", "user_id", "reason_code", "reason_text", "opened_at", "expires_at")
REVIEW = ("reviewed_at", "reviewed_by_id", "review_outcome", "review_note")
FINAL = ("justified", "not_justified")


def frozen_access_operations() -> list[RunPython]:
    return ACCESSES.operations()


def _changed(columns: tuple[str, ...], distinct: str) -> str:
    return " OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in columns)


def _refused(distinct: str) -> str:
    final = ", ".join(f"'{outcome}'" for outcome in FINAL)
    return (
        f"({_changed(HELD, distinct)})"
        f" OR (OLD.ended_at IS NOT NULL AND ({_changed(('ended_at',), distinct)}))"
        f" OR (OLD.review_outcome IN ({final}) AND ({_changed(REVIEW, distinct)}))"
        " OR (OLD.review_outcome <> '' AND NEW.review_outcome = '')"
    )


ACCESSES = FrozenTable(
    "patients_breakglassaccess",
    "is frozen: who opened a record, why and until when never changes, and nothing is deleted",
    refused=_refused,
    same_row="id = NEW.id",
)
