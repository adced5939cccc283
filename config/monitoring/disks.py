"""How much room is left where the application and its log are kept."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection


@dataclass(frozen=True, slots=True)
class Room:
    folder: Path
    free_bytes: int
    free_per_cent: float


def rooms() -> list[Room]:
    """Raises OSError where a folder cannot be asked."""
    return [room(folder) for folder in folders()]


def folders() -> list[Path]:
    watched = [Path(one) for one in settings.MONITORED_FOLDERS]
    if connection.vendor == "sqlite":
        watched.append(Path(str(connection.settings_dict["NAME"])).parent)
    return list(dict.fromkeys(watched))


def room(folder: Path) -> Room:
    """Of its disk; a folder that is not there yet would be made on the disk of the one above it."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    usage = shutil.disk_usage(there)
    # Without what the file system keeps for root, which nobody of ours can use.
    return Room(folder, usage.free, 100 * usage.free / max(usage.used + usage.free, 1))
