"""Compares a backup with checkpoints of the log that were kept away from the machine: does it lack anything?"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.backup.manifest import Manifest
from audit.notes import BadNote, CheckpointText, Verifier

LARGEST_NOTE = 100_000  # bytes


class NoCheckpoint(Exception):
    """What was given is no genuine checkpoint of this log; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Known:
    """A checkpoint and the note that says it."""

    said: CheckpointText
    note: str


@dataclass(frozen=True, slots=True)
class Kept:
    newest: Known
    within: Known | None  # the largest one that the backup reaches, if there is any


def kept_elsewhere(place: Path, manifest: Manifest, keys: Sequence[Verifier]) -> Kept:
    """Out of one file, or the folder of a sealer or witness. Raises NoCheckpoint."""
    files = _checkpoint_files(place) if place.is_dir() else [place]
    if not files:
        raise NoCheckpoint(f"{place} holds no checkpoints.")
    newest = read_known(files[-1], manifest.origin, keys)
    if newest.said.size <= manifest.contents.sealed:
        return Kept(newest, newest)
    reached = [path for path in files[:-1] if int(path.stem) <= manifest.contents.sealed]
    return Kept(newest, read_known(reached[-1], manifest.origin, keys) if reached else None)


def read_known(path: Path, origin: str, keys: Sequence[Verifier]) -> Known:
    """Raises NoCheckpoint."""
    try:
        if path.stat().st_size > LARGEST_NOTE:
            raise NoCheckpoint(f"{path} is too long to be a checkpoint.")
        return known(path.read_bytes().decode("utf-8"), str(path), origin, keys)
    except OSError as error:
        raise NoCheckpoint(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise NoCheckpoint(f"{path} is no checkpoint: it is not text.") from error


def known(note: str, name: str, origin: str, keys: Sequence[Verifier]) -> Known:
    """Raises NoCheckpoint."""
    try:
        said, _ = CheckpointText.opened(note, keys)
    except (BadNote, ValueError) as problem:
        raise NoCheckpoint(f"{name} is not genuine: {problem}") from problem
    if said.origin != origin:
        raise NoCheckpoint(f"{name} is about another log, {said.origin[:80]!r}.")
    return Known(said, note)


def write_for_verification(folder: Path, checkpoints: Sequence[Known]) -> None:
    """In the form that `audit.verification` reads."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for one in checkpoints:
        (folder / f"{one.said.size:020d}.txt").write_text(one.note, encoding="utf-8")


def _checkpoint_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.txt") if path.stem.isdecimal())
