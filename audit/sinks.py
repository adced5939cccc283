"""Where checkpoints go when they are sealed: out of the reach of whoever can write the database.

A sink that fails never holds up sealing. What it missed it is sent when it is there again, in order.
"""

import logging
import os
import tempfile
from pathlib import Path
from typing import Protocol

from audit.models import Checkpoint
from audit.notes import BadNote, CheckpointText

MOST_AT_ONCE = 500

log = logging.getLogger("audit.sealing")


class SinkFailed(RuntimeError):
    """The checkpoint was not taken; the sentence says what to do about it."""


class Sink(Protocol):
    @property
    def name(self) -> str: ...

    def sent(self) -> int:
        """The size of the last checkpoint that was taken, 0 for none, also after a restart. Raises SinkFailed."""

    def send(self, size: int, note: str) -> None:
        """Raises SinkFailed."""


class FolderSink:
    """One file for each checkpoint, and `latest.txt`. The folder may be mounted from another machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"the folder {folder}"

    def sent(self) -> int:
        try:
            note = (self.folder / "latest.txt").read_text(encoding="utf-8")
            return CheckpointText.parse(note.rpartition("\n\n")[0] + "\n").size
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise SinkFailed(f"{self.folder} cannot be read: {error.strerror}.") from error
        except (BadNote, UnicodeDecodeError) as problem:
            raise SinkFailed(
                f"{self.folder}/latest.txt is no checkpoint: somebody has altered it. Move it away; it is made again."
            ) from problem

    def send(self, size: int, note: str) -> None:
        path = self.folder / f"{size:020d}.txt"
        try:
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            if not path.exists():
                self._write(path, note)
            elif path.read_bytes() != note.encode("utf-8"):
                raise SinkFailed(
                    f"{path} says something else than the database about {size} events: the log was rewritten, or an "
                    "older backup was restored. Find out which; then move the files of that time to another folder."
                )
            self._write(self.folder / "latest.txt", note)
        except OSError as error:
            raise SinkFailed(f"{self.folder} cannot be written: {error.strerror}.") from error

    def _write(self, path: Path, note: str) -> None:
        """Whole or not at all, also when the power fails."""
        file, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        try:
            with os.fdopen(file, "wb") as target:
                target.write(note.encode("utf-8"))
                target.flush()
                os.fchmod(target.fileno(), 0o644)
                os.fsync(target.fileno())
            Path(temporary).rename(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def send_unsent(sink: Sink, *, most: int = MOST_AT_ONCE) -> int:
    """Send what the sink has not taken yet, oldest first; returns how many. Raises SinkFailed at the first failure."""
    sent = sink.sent()
    newest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    if newest < sent:
        raise SinkFailed(
            f"{sink.name} has a checkpoint of {sent} events, and the database only of {newest}: events were removed, "
            "or an older backup was restored. Find out which (docs/how-to/seal-the-audit-log.md)."
        )
    if newest == sent:
        return 0
    unsent = Checkpoint.objects.filter(size__gt=sent).order_by("size").values_list("size", "note")[:most]
    for size, note in unsent:
        sink.send(size, note)
    return len(unsent)
