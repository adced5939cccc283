"""Checkpoints as files in a folder, which may be mounted from another machine."""

from pathlib import Path

from audit.files import write_whole
from audit.notes import BadNote, CheckpointText
from audit.sinks.sink import SinkFailed


class FolderSink:
    """One file for each checkpoint, and `latest.txt`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"the folder {folder}"

    def sent(self) -> int:
        try:
            note = (self.folder / "latest.txt").read_text(encoding="utf-8")
            return CheckpointText.unchecked(note).size
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
                write_whole(path, note)
            elif path.read_bytes() != note.encode("utf-8"):
                raise SinkFailed(
                    f"{path} says something else than the database about {size} events: the log was rewritten, or an "
                    "older backup was restored. Find out which; then move the files of that time to another folder."
                )
            write_whole(self.folder / "latest.txt", note)
        except OSError as error:
            raise SinkFailed(f"{self.folder} cannot be written: {error.strerror}.") from error
