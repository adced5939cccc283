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
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
