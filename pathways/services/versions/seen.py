"""What an editor saw against what is stored now: nobody overwrites what somebody else has just written."""

from __future__ import annotations

from datetime import datetime

from pathways.editing.entries import Entry, entry_hash
from pathways.models import Version


class EditConflict(Exception):
    """Nothing was saved. ``current`` is the entry as it stands, written by ``by_name`` at ``at``, as far as known."""

    def __init__(self, current: Entry, by_name: str, at: datetime) -> None:
        self.current = current
        self.by_name = by_name
        self.at = at
        super().__init__("Somebody else has changed this since you opened it.")


def refuse_unseen(current: Entry, seen: str, version: Version) -> None:
    if entry_hash(current) != seen:
        raise EditConflict(current, version.updated_by_name, version.updated_at)
