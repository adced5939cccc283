"""What a backup says about itself: when it was made, how many rows each table had, and a hash of every file."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
FILE = "manifest.json"
PUBLIC_KEYS = "public-keys.txt"
NAME = re.compile(r"backup-[0-9]{8}T[0-9]{6}Z")
MANIFEST_HASH = "sha256 of this"
LARGEST = 1_000_000  # bytes
BLOCK = 1 << 20


class BadBackup(Exception):
    """This is no whole backup; the sentences say what is wrong with it."""


class CopyFailed(Exception):
    """The database could not be copied out or in; the sentence says why."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What the database held at the one moment that all files of the backup show."""

    server: str  # such as "PostgreSQL 15.8"
    migrations: tuple[str, ...]  # "audit.0001_initial"
    rows: Mapping[str, int]  # by table
    sealed: int  # events in the tree
    waiting: int  # for the sealer
    checkpoint: str | None  # the newest one, a signed note


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    format: int
    version: str  # of the application
    database: str  # "postgresql" or "sqlite"
    origin: str  # the name of the log
    started: datetime
    finished: datetime
    master_keys: tuple[str, ...]  # fingerprints; the first wrapped the keys of patients last
    contents: Contents
    files: Mapping[str, StoredFile]

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.files.values())

    def text(self) -> str:
        said = self._plain()
        return json.dumps({**said, MANIFEST_HASH: _hash_of(said)}, indent=1, ensure_ascii=False) + "\n"

    def _plain(self) -> dict[str, Any]:
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_moment_as_text))
        return plain


def read_manifest(folder: Path) -> Manifest:
    """Raises BadBackup."""
    path = folder / FILE
    try:
        if not folder.is_dir():
            raise BadBackup(f"There is no folder {folder}.")
        if not path.is_file():
            raise BadBackup(f"{folder} is no backup: it has no {FILE}.{_backups_within(folder)}")
        if path.stat().st_size > LARGEST:
            raise BadBackup(f"{path} is too long to be one.")
        said = json.loads(path.read_bytes().decode("utf-8"))
        given = said.pop(MANIFEST_HASH)
        manifest = _parsed(said)
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BadBackup(f"{path} is damaged: it cannot be understood.") from error
    if given != _hash_of(said):
        raise BadBackup(f"{path} is damaged: it is not as it was written.")
    if manifest.format != FORMAT:
        raise BadBackup(f"{folder} has format {manifest.format}; this version reads format {FORMAT}.")
    return manifest


def sealed_file(path: Path) -> StoredFile:
    """Raises OSError."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            length += len(block)
    return StoredFile(length, digest.hexdigest())


def first_line(error: Exception) -> str:
    """Of what a database says; the lines behind it may repeat what stands in a row."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def backups_in(folder: Path) -> list[Path]:
    """Whole ones of this form, oldest first. A link leads elsewhere, where nothing is ours to remove."""
    names = (path for path in folder.iterdir() if NAME.fullmatch(path.name))
    found = (path for path in names if path.is_dir() and not path.is_symlink())
    return sorted(path for path in found if (path / FILE).is_file())


def _backups_within(folder: Path) -> str:
    names = [path.name for path in backups_in(folder)]
    return f" It holds backups; name one of them, such as {folder / names[-1]}." if names else ""


def _hash_of(said: Mapping[str, Any]) -> str:
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _moment_as_text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} has no place in a manifest.")
    return value.astimezone(UTC).isoformat(timespec="seconds")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} does not say its zone.")
    return moment


def _parsed(said: Mapping[str, Any]) -> Manifest:
    contents = said["contents"]
    return Manifest(
        name=str(said["name"]),
        format=int(said["format"]),
        version=str(said["version"]),
        database=str(said["database"]),
        origin=str(said["origin"]),
        started=_moment(said["started"]),
        finished=_moment(said["finished"]),
        master_keys=(str(said["master_keys"][0]), *map(str, said["master_keys"][1:])),
        contents=Contents(
            server=str(contents["server"]),
            migrations=tuple(map(str, contents["migrations"])),
            rows={str(table): int(count) for table, count in contents["rows"].items()},
            sealed=int(contents["sealed"]),
            waiting=int(contents["waiting"]),
            checkpoint=contents["checkpoint"],
        ),
        files={str(name): StoredFile(int(one["bytes"]), str(one["sha256"])) for name, one in said["files"].items()},
    )
