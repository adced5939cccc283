"""Evaluates JSON Lines: one patient's findings in, verdicts out; see docs/reference for the format."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from pathways.content_files import UnusableContent, load_content
from pathways.engine.observations import BadFinding
from pathways.engine.records import BadLine, error_record, evaluate_record, identity_of, read_line
from pathways.engine.release import Release
from pathways.selectors import release_in_force

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PROGRESS_EVERY = 1000
REMEDY = "Run ./dev manage migrate and ./dev manage load_content, or evaluate files with --content DIR."


class Command(BaseCommand):
    help = "Evaluate findings given as JSON Lines on standard input; verdicts go to standard output."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--content", type=Path, metavar="DIR", help="evaluate content files, without a database")

    def handle(self, *args: Any, **options: Any) -> None:
        release = self.release(options["content"])
        failed = self.evaluate_all(release, sys.stdin.buffer)
        if failed:
            sys.exit(1)

    def release(self, folder: Path | None) -> Release:
        if folder is None:
            return self.release_in_force()
        try:
            return load_content(folder).release
        except UnusableContent as error:
            raise CommandError(f"The content in {folder} cannot be used:\n{error}") from None

    def release_in_force(self) -> Release:
        try:
            in_force = release_in_force()
        except (OperationalError, ProgrammingError):
            raise CommandError(f"The database is not set up. {REMEDY}") from None
        if in_force is None:
            raise CommandError(f"No release is in force. {REMEDY}")
        return in_force.engine

    def evaluate_all(self, release: Release, lines: BinaryIO) -> int:
        """Evaluate every line; returns how many failed."""
        failed = 0
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            answer = answer_to(release, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line, number)
            failed += "error" in answer
            self.stdout.write(json.dumps(answer))
            if number % PROGRESS_EVERY == 0 and sys.stderr.isatty():
                self.stderr.write(f"\r{number} lines", ending="")
        return failed


def answer_to(release: Release, line: bytes, number: int) -> dict[str, Any]:
    """The output record for one line of input."""
    identity: str | None = None
    try:
        record = read_line(decoded(line))
        identity = identity_of(record)
        return evaluate_record(release, record)
    except (BadFinding, BadLine) as error:
        return error_record(error, identity, number)


def decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise BadLine("The line is not UTF-8 text.") from None
