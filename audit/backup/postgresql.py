"""Backup and restoring with PostgreSQL's own programs, all of one snapshot and within one transaction."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.db import Error, connection, transaction

from audit.backup.contents import KEYS, contents_of
from audit.backup.manifest import BadBackup, Contents, CopyFailed, first_line
from audit.backup.programs import carried_out, first_error, found, newest, reach, server_version

DATABASE_FILE, KEYS_FILE = "database.dump", "patient-keys.dump"
SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
OCCUPIED = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    ORDER BY 1
"""
WAIT_FOR_LOCK = 60_000  # milliseconds, behind a migration


def dump(folder: Path) -> Contents:
    """Raises CopyFailed."""
    version = server_version()
    program = found("pg_dump", version)
    try:
        with transaction.atomic(durable=True):
            for statement in SNAPSHOT:
                _ask(statement)
            ((snapshot,),) = _ask("SELECT pg_export_snapshot()")
            address, environment = reach()
            common = [program, "--format=custom", f"--snapshot={snapshot}", f"--lock-wait-timeout={WAIT_FOR_LOCK}"]
            for wanted, file in (
                ([f"--exclude-table-data={KEYS}"], DATABASE_FILE),
                (["--data-only", f"--table={KEYS}"], KEYS_FILE),
            ):
                carried_out([*common, *wanted, f"--file={folder / file}", f"--dbname={address}"], environment)
            return contents_of(_ask, tables=_tables(), server=f"PostgreSQL {version}")
    except Error as error:
        raise CopyFailed(f"The database refused it: {first_line(error)}") from error


def check_readable(folder: Path, keys: Path) -> None:
    """Unpacks everything and throws it away. Raises BadBackup."""
    for path in (folder / DATABASE_FILE, keys):
        try:
            command = [newest("pg_restore"), "--file=/dev/null", str(path)]
            carried_out(command, reach_nothing())
        except CopyFailed as failed:
            raise BadBackup(f"{path} cannot be read: {failed}") from failed


def occupied() -> list[str]:
    """What stands in the database already, by name."""
    return [str(name) for (name,) in _ask(OCCUPIED)]


def load(folder: Path, keys: Path) -> None:
    """Everything or nothing. Raises CopyFailed."""
    version = server_version()
    address, environment = reach()
    connection.close()
    with tempfile.TemporaryFile() as errors:
        command = [found("psql", version), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"]
        psql = subprocess.Popen(  # noqa: S603
            [*command, f"--dbname={address}"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            bufsize=0,
        )
        try:
            failed = _feed(psql, found("pg_restore", version), [folder / DATABASE_FILE, keys])
        finally:
            status = psql.wait()
        errors.seek(0)
        said = errors.read()
    if status != 0:
        raise CopyFailed(f"psql failed, and nothing was restored: {first_error(said)}")
    if failed:
        raise CopyFailed(f"Nothing was restored: {failed}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # without statistics the first pages would be slow


def _feed(psql: "subprocess.Popen[bytes]", program: str, files: list[Path]) -> str:
    """One transaction, committed only when each file came out whole; the reason why not, or nothing."""
    if psql.stdin is None:
        raise TypeError("psql was started without its input.")
    with psql.stdin as statements:
        try:
            statements.write(b"BEGIN;\n")
            for path in files:
                command = [program, "--no-owner", "--no-privileges", "--file=-", str(path)]
                carried_out(command, reach_nothing(), output=statements)
            statements.write(b"COMMIT;\n")
        except CopyFailed as failed:
            return str(failed)
        except BrokenPipeError:
            return "psql has ended early."
    return ""


def reach_nothing() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def _tables() -> list[str]:
    return [str(name) for (name,) in _ask("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")]


def _ask(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
