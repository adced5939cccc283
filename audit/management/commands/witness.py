"""Watches the audit log of another host, without a database and without secrets of the application."""

import sys
import time
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from audit.notes import BadNote
from audit.public_keys import parsed_keys
from audit.witness import NAME, NAME_WITHOUT_PROOFS, Alarm, FolderLog, HttpLog, NotAnswered, Witness, own_key

ALARM = 1


class Command(BaseCommand):
    help = (
        "Take the log's newest checkpoint every five minutes, refuse a log that shrank or was rewritten, and raise an "
        "alarm when sealing has stopped. With --once the exit code is 1 on an alarm."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--log", required=True, metavar="URL|FOLDER", help="https://HOST/audit/log/, or a folder")
        parser.add_argument("--keys", required=True, type=Path, metavar="FILE", help="public keys of the log")
        parser.add_argument("--state", required=True, type=Path, metavar="FOLDER", help="of this witness alone")
        parser.add_argument(
            "--token-file", type=Path, metavar="FILE", help="with what LM_AUDIT_WITNESS_TOKEN says there"
        )
        parser.add_argument("--every", type=float, default=300, metavar="SECONDS")
        parser.add_argument("--stale", type=float, default=600, metavar="SECONDS")
        parser.add_argument("--once", action="store_true")

    def handle(self, *arguments: Any, every: float, stale: float, once: bool, **options: Any) -> None:
        try:
            witness = self._witness(**options)
        except (BadNote, NotAnswered, OSError, ValueError) as problem:
            raise CommandError(str(problem), returncode=2) from problem
        while True:
            fine = self._look(witness, timedelta(seconds=stale))
            if once:
                sys.exit(0 if fine else ALARM)
            time.sleep(max(every, 1))

    def _witness(self, *, log: str, keys: Path, state: Path, token_file: Path | None, **_: Any) -> Witness:
        known = parsed_keys(keys.read_text(encoding="utf-8").splitlines())
        if not known:
            raise ValueError(f"{keys} holds no public key.")
        if "://" in log:
            token = token_file.read_text(encoding="utf-8").strip() if token_file else None
            return Witness(HttpLog(log, token), known, state, own_key(state, NAME))
        return Witness(FolderLog(Path(log)), known, state, own_key(state, NAME_WITHOUT_PROOFS))

    def _look(self, witness: Witness, stale: timedelta) -> bool:
        try:
            taken = witness.look(now=datetime.now(UTC), stale=stale)
        except Alarm as alarm:
            self.stderr.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} ALARM: {alarm}")
            return False
        except OSError as error:
            self.stderr.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} ALARM: the witness cannot write: {error}")
            return False
        self.stdout.write(f"{taken.time:%Y-%m-%dT%H:%M:%SZ} {taken.size} events, taken")
        return True
