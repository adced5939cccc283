"""Versions of the parts of the guidance: starting one, changing its entries, discarding and submitting it."""

from pathways.editing.entries import EntryExists
from pathways.editing.entries import NoSuchEntry as EntryMissing
from pathways.services.versions.closing import discard_version, submit_version
from pathways.services.versions.entries import (
    add_entry,
    change_entry,
    copy_entry,
    move_entry,
    remove_entry,
)
from pathways.services.versions.seen import EditConflict
from pathways.services.versions.start import start_pathway, start_version

__all__ = [
    "EditConflict",
    "EntryExists",
    "EntryMissing",
    "add_entry",
    "change_entry",
    "copy_entry",
    "discard_version",
    "move_entry",
    "remove_entry",
    "start_pathway",
    "start_version",
    "submit_version",
]
