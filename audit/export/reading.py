"""Verifies an exported copy of the log: files alone, no database and no secrets.

The files are read from beginning to end, once: positions are expected to rise, and what is out of order is a finding.
"""

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from audit.export.writing import CHECKPOINTS, EVENTS, FORMAT, KEYS, MANIFEST, RETIREMENTS
from audit.notes import BadNote, Verifier
from audit.public_keys import parsed_keys
from audit.verification import Findings, Kind, Result, Verification
from audit.verification.columns import differing_columns
from audit.verification.log import Extent
from audit.verification.rows import Row

LONGEST_LINE = 64 * 1024 * 1024
LARGEST_SIZE = 10**12
MOST_HELD = 256 * 1024 * 1024  # bytes of payloads that are compared together


class NoExport(ValueError):
    """There is nothing that could be verified; the sentence says why."""


def verify_export(folder: Path, *, keys: Path | None, kept: Path | None) -> Result:
    """`keys` are the public keys from elsewhere; those of the copy itself prove nothing against its maker."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        size = manifest["size"]
        if manifest["format"] != FORMAT or not isinstance(size, int) or not 0 <= size < LARGEST_SIZE:
            raise NoExport(f"{folder / MANIFEST} is not one of this version's exports.")
    except OSError as error:
        raise NoExport(f"{folder} is no exported audit log: {MANIFEST} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoExport(f"{folder / MANIFEST} cannot be understood: {error}") from error
    findings = Findings()
    if manifest.get("origin") != settings.AUDIT_ORIGIN:
        findings.add(Kind.SIGNATURE, f"The copy says that it is of another log, {str(manifest.get('origin'))[:80]!r}.")
    log = ExportedLog(folder, size, findings)
    return Verification(log, _keys(keys or folder / KEYS), kept=kept, findings=findings).run()


def _keys(path: Path) -> tuple[Verifier, ...]:
    try:
        return parsed_keys(path.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise NoExport(f"The public keys in {path} cannot be read: {error.strerror}.") from error
    except (BadNote, ValueError) as error:
        raise NoExport(f"The public keys in {path} cannot be understood: {error}") from error


class ExportedLog:
    """Implements `audit.verification.log.Log` and, for its rows, `audit.verification.rows.Rows`."""

    def __init__(self, folder: Path, size: int, findings: Findings) -> None:
        self._size = size
        self._findings = findings
        self._folder = folder
        self._events = _Lines(folder / EVENTS, "position", findings)
        self._notes = self._all_notes()

    @property
    def rows(self) -> "ExportedLog":
        return self

    def extent(self) -> Extent:
        return Extent(self._size, max(self._notes, default=0), self._size)

    def checkpoint_sizes(self, first: int, end: int) -> list[int]:
        return [size for size in self._notes if first < size <= end]

    def checkpoints(self, first: int, end: int) -> Iterator[tuple[int, str]]:
        yield from ((size, note) for size, note in self._notes.items() if first < size <= end)

    def nodes(self, level: int, first: int, end: int) -> None:
        return None

    def retirements(self) -> list[tuple[int, int, str]]:
        found = []
        for line in _Lines(self._folder / RETIREMENTS, "first", self._findings):
            last, note = line.get("last"), line.get("note")
            if isinstance(last, int) and isinstance(note, str):
                found.append((line["first"], last, note))
        return found

    def read(self, first: int, end: int, findings: Findings) -> Sequence[Row]:
        rows: list[Row] = []
        held = 0
        for line in self._events.up_to(end):
            if line["position"] >= first and (not rows or line["position"] > rows[-1][0]):
                payload = _decoded(line.get("payload"))
                held += len(payload or b"")
                if held > MOST_HELD:
                    findings.add(Kind.UNREADABLE, f"The payloads before position {end:,} are too long to be read.")
                    payload = None
                agrees = None if line.get("payload") is None else True
                rows.append((line["position"], _decoded(line.get("leaf")), payload, agrees, agrees))
        return rows

    def payload(self, position: int, findings: Findings) -> None:
        """The copy is read once, from beginning to end: a payload that is no bytes, or too much, stays unread."""

    def explain(self, row: Row, findings: Findings) -> None:
        position, _, payload, agrees, _ = row
        if agrees is None:
            findings.add(Kind.MISSING_EVENT, f"The event at position {position:,} is missing.")
        elif differing_columns(payload, {}) == ["payload"]:
            findings.add(Kind.UNREADABLE, f"The payload at position {position:,} is no event of ours.")

    def check_batch(self, first: int, end: int, rows: Sequence[Row], findings: Findings) -> None:
        """Lists of patients are in the payloads alone here."""

    def _all_notes(self) -> dict[int, str]:
        lines = _Lines(self._folder / CHECKPOINTS, "size", self._findings)
        notes = {line["size"]: line["note"] for line in lines if isinstance(line.get("note"), str)}
        return dict(sorted(notes.items()))


class _Lines:
    """JSON objects of a compressed file, each with a number under `key`; what is none ends in a finding."""

    def __init__(self, path: Path, key: str, findings: Findings) -> None:
        self._key = key
        self._path = path
        self._findings = findings
        self._lines = self._read()
        self._next: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._lines

    def up_to(self, end: int) -> Iterator[dict[str, Any]]:
        while line := self._next or next(self._lines, None):
            self._next = None
            if line[self._key] >= end:
                self._next = line
                return
            yield line

    def _read(self) -> Iterator[dict[str, Any]]:
        try:
            with gzip.open(self._path, "rb") as lines:
                number = 0
                while raw := lines.readline(LONGEST_LINE):
                    number += 1
                    line = self._parsed(raw, number)
                    if line is not None:
                        yield line
        except (OSError, EOFError, zlib.error) as error:
            self._findings.add(Kind.UNREADABLE, f"{self._path.name} cannot be read to its end: {error}")

    def _parsed(self, raw: bytes, number: int) -> dict[str, Any] | None:
        try:
            line = json.loads(raw.decode("utf-8"))
            if isinstance(line, dict) and type(line.get(self._key)) is int:
                return line
        except (ValueError, RecursionError):
            pass
        self._findings.add(Kind.UNREADABLE, f"Line {number:,} of {self._path.name} cannot be understood.")
        return None


def _decoded(value: object) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else None
    except (ValueError, binascii.Error):
        return None
