"""The report as plain text: what blocks first, each line with its place, and every witness as a person reads it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from pathways.gate.report import Level, Line, Report
from pathways.words import counted, fingerprint

WORDS = {Level.BLOCKING: "BLOCK", Level.WARNING: "WARN", Level.PASSED: "PASS"}
INDENT = " " * 7
WIDTH = 118


def printed(report: Report, title: str) -> str:
    groups = ["\n".join(printed_lines(report.at(level))) for level in Level if report.at(level)]
    return "\n\n".join([f"{title}, {fingerprint(report.sha256)}\n{summary(report)}", *groups]) + "\n"


def summary(report: Report) -> str:
    """ "2 blocking, 3 warnings" """
    return f"{len(report.blocking)} blocking, {counted(len(report.warnings), 'warning')}"


def printed_lines(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        yield wrapped(line.text, f"{WORDS[line.level]:<7}")
        place = ", ".join(piece for piece in (line.part, line.entry) if piece)
        if place and line.level is not Level.PASSED:
            yield f"{INDENT}at {place}"
        if "witness" in line.details:
            yield from printed_witness(line.details["witness"])


def printed_witness(witness: dict[str, Any]) -> Iterator[str]:
    yield f"{INDENT}This patient shows it; everything else is not recorded:"
    yield from (wrapped(finding, f"{INDENT}  - ") for finding in witness["findings"] or ["nothing is recorded"])
    yield from (wrapped(f"{given['label']}: {given['verdict']}", f"{INDENT}  → ") for given in witness["verdicts"])
    yield from (wrapped(f"{rule['key']}: {rule['wording']}", f"{INDENT}  by ") for rule in witness["rules"])


def wrapped(text: str, start: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
