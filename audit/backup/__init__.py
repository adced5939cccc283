"""A copy of the database that is known to be whole, and the way back from it, checked against the sealed log."""

from audit.backup.making import Made, NotRecorded, NotTidied, back_up
from audit.backup.manifest import BadBackup, CopyFailed, Manifest
from audit.backup.reading import check_backup
from audit.backup.restoring import Refused, Restored, restore

__all__ = [
    "BadBackup",
    "CopyFailed",
    "Made",
    "Manifest",
    "NotRecorded",
    "NotTidied",
    "Refused",
    "Restored",
    "back_up",
    "check_backup",
    "restore",
]
