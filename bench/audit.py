"""Measures what the audit log costs: saving while the sealer works, and verifying a large log, both on PostgreSQL."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "lm_bench_audit"


def main(arguments: Sequence[str] = ()) -> int:
    """The exit status is 1 where a target is missed, 2 where nothing could be measured."""
    parser = argparse.ArgumentParser(prog="./dev bench audit")
    parser.add_argument(
        "--events", type=int, default=1_000_000, help="in the log that is verified (default: a million)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="of saving, without and with the sealer (default: 5)")
    parser.add_argument("--seconds", type=float, default=6.0, help="that each round of saving takes (default: 6)")
    parser.add_argument("--only", choices=["saving", "verifying"])
    options = parser.parse_args(arguments)
    with database():
        from bench import audit_saving, audit_verifying

        missed = 0
        if options.only != "verifying":
            missed += not audit_saving.measure(rounds=options.rounds, seconds=options.seconds)
        if options.only != "saving":
            missed += not audit_verifying.measure(options.events)
    return 1 if missed else 0


@contextmanager
def database() -> Iterator[None]:
    """A database of our own, on the server that DATABASE_URL names or on a temporary one; Django is set up on it."""
    with server() as url:
        execute(url, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        execute(url, f"CREATE DATABASE {DATABASE}")
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        try:
            import django
            from django.core.management import call_command

            from audit.context import Program, set_process_actor

            django.setup()
            set_process_actor(Program(audit_id="bench", audit_name="The benchmark"))
            call_command("migrate", verbosity=0)
            yield
        finally:
            from django.db import connections

            connections.close_all()
            execute(url, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@contextmanager
def server() -> Iterator[str]:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        print("PostgreSQL: DATABASE_URL")
        yield given
        return
    from tests.postgresql import temporary_server

    print("PostgreSQL: a temporary server, without fsync")
    with temporary_server(next((ROOT / ".venv" / "lib").glob("python3*/site-packages"))) as url:
        yield url


def execute(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
