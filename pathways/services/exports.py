"""Exporting content as files: the guidance leaves the application, so that the log says so."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from accounts.models import User
from audit.events import Event
from audit.services import record
from pathways.content_writer import write_content
from pathways.editing.parts import Document
from pathways.engine.release import content_hash


@transaction.atomic
def export_content(document: Document, *, folder: Path, by: User | None) -> tuple[str, ...]:
    """Write a document's files; returns their names. Raises Unwritable, ForeignFiles or OSError."""
    names = write_content(document, folder)
    record(Event.CONTENT_EXPORTED, by=by, after={"sha256": content_hash(document), "files": len(names)})
    return names
