"""Proves that a restored database holds what its backup held: rows, triggers, the sealed log, patients' keys."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from audit.backup.kept import Known, write_for_verification
from audit.backup.reading import Checked
from audit.models import PatientKey
from audit.public_keys import known_keys
from audit.row_triggers import guarded_tables, missing_triggers
from audit.values import UnreadableValues, wrapped_anew
from audit.verification import Findings, Kind, Verification
from audit.verification.completeness import check_completeness
from audit.verification.log import DatabaseLog

KEYS = "audit_patient_key"


@dataclass(frozen=True, slots=True)
class Proved:
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    tables: int
    rows: int
    sealed: int  # events whose place in the log was verified
    sealed_at_all: bool
    waiting: int  # for the sealer


def prove(checked: Checked, checkpoints: Sequence[Known]) -> Proved:
    """Before anything is written into the database."""
    contents = checked.manifest.contents
    expected = {**contents.rows, KEYS: checked.keys_of.contents.rows[KEYS]}
    found = _rows(expected)
    problems = [
        f"The table {table} has {found[table]:,} rows instead of {count:,}."
        for table, count in expected.items()
        if found[table] != count
    ]
    problems += [f"The trigger {name} is missing." for name in missing_triggers(connection, guarded_tables())]
    problems += _unreadable_keys()
    log, size = _verified(checkpoints) if contents.checkpoint else (Findings(), 0)
    problems += [one.sentence for one in log.listed if not one.kind.is_warning]
    return Proved(
        problems=tuple(problems),
        warnings=tuple(one.sentence for one in log.listed if one.kind.is_warning),
        tables=len(found),
        rows=sum(found.values()),
        sealed=size,
        sealed_at_all=contents.checkpoint is not None,
        waiting=contents.waiting,
    )


def _rows(tables: dict[str, int]) -> dict[str, int]:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        counted = dict.fromkeys(tables, 0)
        for name in tables:
            if name in there:
                cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  # nosec B608
                counted[name] = cursor.fetchone()[0]
    return counted


def _verified(checkpoints: Sequence[Known]) -> tuple[Findings, int]:
    """The whole log. That events of long ago wait for the sealer is so after every restoring."""
    with tempfile.TemporaryDirectory(prefix="lm-checkpoints-") as name:
        folder = Path(name) / "kept"
        write_for_verification(folder, checkpoints)
        result = Verification(DatabaseLog(), known_keys(), kept=folder).run()
    check_completeness(result.findings, since_us=None)
    result.findings.counts.pop(Kind.UNSEALED, None)
    result.findings.listed[:] = [one for one in result.findings.listed if one.kind is not Kind.UNSEALED]
    return result.findings, result.size


def _unreadable_keys() -> Iterator[str]:
    lost = 0
    for row in PatientKey.objects.iterator():
        try:
            wrapped_anew(row)
        except UnreadableValues:
            lost += 1
    if lost:
        yield (
            f"{lost:,} keys of patients cannot be unwrapped with any master key named here: what the log says about "
            "these patients cannot be read. Name the former master keys in LM_AUDIT_MASTER_KEY_FALLBACKS."
        )
