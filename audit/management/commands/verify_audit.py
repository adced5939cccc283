"""Verifies the audit log, or an exported copy of it, and says what is wrong and where."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error

from audit.export import NoExport, verify_export
from audit.verification import NOT_SEEN, Result, record_verification, verify_database

FOUND, NOT_RUN = 1, 2


class Command(BaseCommand):
    help = (
        "Verify the audit log: without options what is new since the last time. "
        "Exit codes: 0 intact, 1 something is wrong, 2 it could not be verified."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--full", action="store_true", help="from the beginning")
        parser.add_argument("--export", type=Path, metavar="FOLDER", help="an exported copy; needs no database")
        parser.add_argument("--keys", type=Path, metavar="FILE", help="public keys, with --export; obtained elsewhere")
        parser.add_argument("--checkpoints", type=Path, metavar="FOLDER", help="checkpoints kept elsewhere")
        parser.add_argument("--json", action="store_true", help="print the result for programs")
        parser.add_argument("--processes", type=int, default=2, metavar="N", help="for large logs (default: 2)")
        parser.add_argument("--no-record", action="store_true", help="do not record it in the log, as on a standby")

    def handle(
        self,
        *arguments: Any,
        full: bool,
        export: Path | None,
        keys: Path | None,
        checkpoints: Path | None,
        processes: int,
        no_record: bool,
        **options: Any,
    ) -> None:
        if checkpoints and not checkpoints.is_dir():
            raise CommandError(f"There is no folder {checkpoints}.", returncode=NOT_RUN)
        began = perf_counter()
        if export:
            result = self._verify_export(export, keys, checkpoints)
        else:
            result = self._verify_database(full=full, kept=checkpoints, processes=processes, recorded=not no_record)
        seconds = perf_counter() - began
        self.stdout.write(as_json(result, seconds) if options["json"] else "\n".join(as_lines(result, seconds)))
        if not result.intact:
            sys.exit(FOUND)

    def _verify_database(self, *, full: bool, kept: Path | None, processes: int, recorded: bool) -> Result:
        try:
            result = verify_database(full=full, kept=kept, processes=max(processes, 1))
        except Error as error:
            raise CommandError(f"The log cannot be read: {first_line(error)}", returncode=NOT_RUN) from error
        if recorded:
            try:
                record_verification(result)
            except Error as error:
                self.stderr.write(f"The verification could not be recorded in the log: {first_line(error)}")
        return result

    def _verify_export(self, folder: Path, keys: Path | None, kept: Path | None) -> Result:
        try:
            return verify_export(folder, keys=keys, kept=kept)
        except NoExport as missing:
            raise CommandError(str(missing), returncode=NOT_RUN) from missing


def first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0]


def as_lines(result: Result, seconds: float) -> list[str]:
    verdict = "Record intact" if result.intact else "RECORD NOT INTACT"
    since = f", from position {result.first:,}" if result.first else ""
    last = f"; last checkpoint {result.last.time:%d-%b-%Y %H:%M:%S} UTC" if result.last else ""
    lines = [f"{verdict}: {result.size:,} events{since}{last} ({seconds:.1f} s)", *result.findings.lines()]
    if result.kept is None:
        return [*lines, NOT_SEEN]
    return [*lines, f"Compared with {result.kept:,} checkpoints kept elsewhere."]


def as_json(result: Result, seconds: float) -> str:
    report = {
        "intact": result.intact,
        "size": result.size,
        "first": result.first,
        "root": result.reached.root.hex() if result.reached else None,
        "seconds": round(seconds, 3),
        "checkpoints_kept_elsewhere": result.kept,
        "not_seen": NOT_SEEN if result.kept is None else None,
        "counts": {kind.code: count for kind, count in result.findings.counts.items() if count},
        "findings": [
            {"kind": one.kind.code, "warning": one.kind.is_warning, "sentence": one.sentence}
            for one in result.findings.listed
        ],
    }
    return json.dumps(report, indent=1, ensure_ascii=False)
