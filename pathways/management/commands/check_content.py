"""Checks content files as the publish gate does; see docs/reference for the output and the exit status."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from pathways.content_files import SHIPPED, UnusableContent, load_content, read_files
from pathways.engine.release import content_hash
from pathways.gate.check import check_document
from pathways.gate.printed import printed
from pathways.gate.problems import CONTENT
from pathways.gate.report import Level, Line, Report
from pathways.gate.report_json import report_to_json

BLOCKED = 1
UNUSABLE = 2


class Command(BaseCommand):
    help = "Check content files: wording, citations, cases and proof. Needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=SHIPPED, metavar="DIR", help="default: as shipped")
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")
        parser.add_argument("--no-proof", action="store_true", help="leave the proof out, which takes longest")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            title, report = self.report_on(options["folder"], with_proof=not options["no_proof"])
        except UnusableContent as error:
            self.refuse(error, as_json=options["json"])
        self.show(report, title, as_json=options["json"])
        if report.blocking:
            sys.exit(BLOCKED)

    def report_on(self, folder: Path, *, with_proof: bool) -> tuple[str, Report]:
        """Raises UnusableContent where a file cannot even be read; everything else is a report."""
        files = read_files(folder)
        if unreadable := [fault for file, _ in files.with_kinds() for fault in file.faults]:
            raise UnusableContent(unreadable)
        document = files.document()
        try:
            load_content(folder)
        except UnusableContent as error:
            return document["title"], faulty_report(error, document)
        return document["title"], self.watched_check(document, with_proof=with_proof)

    def watched_check(self, document: dict[str, Any], *, with_proof: bool) -> Report:
        is_watched = sys.stderr.isatty()
        progress = self.tell if is_watched else None
        report = check_document(document, today=timezone.localdate(), with_proof=with_proof, progress=progress)
        if is_watched:
            self.stderr.write("\r\x1b[K", ending="")
        return report

    def tell(self, done: int, total: int, step: str) -> None:
        self.stderr.write(f"\r\x1b[K{done} of {total}: {step}", ending="")

    def refuse(self, error: UnusableContent, *, as_json: bool) -> NoReturn:
        if as_json:
            faults = [{"file": fault.file, "line": fault.line, "message": fault.message} for fault in error.faults]
            self.stdout.write(json.dumps({"unusable": faults}, ensure_ascii=False, indent=2))
        else:
            self.stderr.write(str(error))
            self.stderr.write("The files cannot be read; nothing was checked.")
        sys.exit(UNUSABLE)

    def show(self, report: Report, title: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report_to_json(report), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(printed(report, title), ending="")


def faulty_report(error: UnusableContent, document: dict[str, Any]) -> Report:
    """Content that is readable but wrong, with the file and line of each fault instead of its part and entry."""
    lines = [
        Line(Level.BLOCKING, CONTENT, str(fault), details={"file": fault.file, "line": fault.line})
        for fault in error.faults
    ]
    return Report(content_hash(document), tuple(lines))
