"""Migration operation that makes the database itself hold a version still once it was submitted.

From then on its text, its note and its place never change; once it is decided its state never changes; and no version
is ever deleted.
"""

from django.db.migrations.operations import RunPython

from audit.frozen import FrozenTable

HELD = ("id", "part", "number", "document", "sha256", "note", "based_on_id", "created_by_id", "submitted_at")
FINAL = ("returned", "approved", "superseded", "discarded")
OPEN = ("draft", "submitted", "under_review")


def frozen_operations() -> list[RunPython]:
    return VERSIONS.operations()


def _among(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _refused(distinct: str) -> str:
    changed = " OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in HELD)
    return (
        f"(OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed}))"
        f" OR (OLD.state IN ({_among(FINAL)}) AND NEW.state <> OLD.state)"
    )


_SAME_NUMBER = "part = NEW.part AND number = NEW.number"
_BOTH_OPEN = f"part = NEW.part AND state IN ({_among(OPEN)}) AND NEW.state IN ({_among(OPEN)})"

VERSIONS = FrozenTable(
    "pathways_version",
    "is frozen: what was submitted never changes, what was decided stays, nothing is deleted",
    refused=_refused,
    same_row=f"id = NEW.id OR {_SAME_NUMBER} OR {_BOTH_OPEN}",
)
