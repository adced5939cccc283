"""Files that are there whole or not at all, also when the power fails."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Readable by everybody who may look into the folder, which must be there. Raises OSError."""
    file, fresh = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(file, "wb") as target:
            target.write(text.encode("utf-8"))
            target.flush()
            os.fchmod(target.fileno(), 0o644)
            os.fsync(target.fileno())
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk. Raises OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
