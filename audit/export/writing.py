"""Writes a copy of the sealed log into a folder, in which it can be verified without the database.

`events.jsonl.gz` has one line for each position: event, leaf and payload (Base64; null where the event was retired).
"""

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.events import Event
from audit.public_keys import known_keys
from audit.services import record
from audit.verification.database import fetch, integer, readable, text
from audit.verification.log import DatabaseLog

FORMAT = "lm-pathways audit export 1"
EVENTS, CHECKPOINTS, RETIREMENTS = "events.jsonl.gz", "checkpoints.jsonl.gz", "retirements.jsonl.gz"
MANIFEST, KEYS = "manifest.json", "public-keys.txt"
BATCH = 2000


class FolderNotEmpty(ValueError):
    """An export is not mixed with anything else."""


def export_log(folder: Path) -> int:
    """How many sealed events were written. Raises FolderNotEmpty, OSError, BadNote, and the database's errors."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderNotEmpty(f"{folder} is not empty. Name a new folder.")
    log = DatabaseLog()
    size = log.extent().signed
    with transaction.atomic():  # first: what is not recorded is not handed out
        record(Event.AUDIT_EXPORTED, by=None, target="audit log", after={"size": size})
    _write(folder / EVENTS, _events(size))
    notes = ({"size": size, "note": note} for size, note in _checkpoints(log, size))
    _write(folder / CHECKPOINTS, notes)
    retired = ({"first": first, "last": last, "note": note} for first, last, note in log.retirements())
    _write(folder / RETIREMENTS, retired)
    (folder / KEYS).write_text("".join(f"{key}\n" for key in known_keys()), encoding="utf-8")
    manifest = {"format": FORMAT, "origin": settings.AUDIT_ORIGIN, "size": size}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return size


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as out:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _events(size: int) -> Iterator[dict[str, Any]]:
    """As stored, whatever it is: what is wrong with it, the verification of the copy finds."""
    statement = (
        f"SELECT {integer('l.position')}, {text('l.event_id')}, {text('l.hash')}, {text('e.payload')}"  # noqa: S608  # nosec B608
        " FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id"
        " WHERE l.position >= %s AND l.position < %s ORDER BY l.position"
    )
    for first in range(0, size, BATCH):
        for position, event, leaf, payload in fetch(statement, (first, min(first + BATCH, size))):
            yield {
                "position": position,
                "event": readable(event),
                "leaf": _encoded(leaf),
                "payload": _encoded(payload),
            }


def _checkpoints(log: DatabaseLog, size: int) -> Iterator[tuple[int, str]]:
    for first in range(0, size, BATCH):
        yield from log.checkpoints(first, min(first + BATCH, size))


def _encoded(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(bytes(value)).decode("ascii")
