"""Which tables the database itself watches: declared by the project, because the log knows no other application."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string

PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


@dataclass(frozen=True, slots=True)
class AuditedTable:
    """Every row written here adds an event; a change of `unwatched` columns alone does not."""

    name: str
    key: str = "id"
    key_is_uuid: bool = True
    patient: str = ""  # the column that names the patient, where the table has one
    unwatched: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.name, self.key, *filter(None, [self.patient]), *self.unwatched):
            if not PLAIN_NAME.fullmatch(name):  # the names go into SQL as they are
                raise ValueError(f"{name!r} is no plain table or column name.")


@dataclass(frozen=True, slots=True)
class GuardedTables:
    """What has to stand in the database: row triggers, and by table the kinds of triggers that refuse changes."""

    audited: tuple[AuditedTable, ...]
    refusing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # table: of "append_only", "frozen"


def guarded_tables() -> GuardedTables:
    declared = import_string(settings.AUDIT_GUARDED_TABLES)()
    if not isinstance(declared, GuardedTables):
        raise TypeError(f"{settings.AUDIT_GUARDED_TABLES} returned no GuardedTables.")
    return declared
