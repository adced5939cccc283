"""Makes a backup beside its place and moves it there when it is whole; older ones are taken away after that."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, transaction

from audit.backup.databases import copying
from audit.backup.fingerprints import master_key_fingerprints
from audit.backup.manifest import (
    FILE,
    FORMAT,
    PUBLIC_KEYS,
    BadBackup,
    CopyFailed,
    Manifest,
    backups_in,
    first_line,
    read_manifest,
    sealed_file,
)
from audit.events import Event
from audit.files import sync
from audit.public_keys import public_keys_file
from audit.services import record

UNFINISHED = ".unfinished-"
TARGET = "database"


class NotRecorded(Exception):
    """The backup is whole, and the log does not know of it."""


class NotTidied(Exception):
    """The backup is whole and recorded, and an older one could not be taken away."""


@dataclass(frozen=True, slots=True)
class Made:
    folder: Path
    manifest: Manifest
    removed: tuple[str, ...]  # older backups
    keys_removed: tuple[str, ...]  # older backups that now lack the patients' keys
    unfinished: tuple[str, ...]  # what an interrupted backup has left behind


def back_up(parent: Path, *, keep: int | None = None, keep_keys: int | None = None) -> Made:
    """Raises CopyFailed and OSError; once the backup is there, NotRecorded without its event, and NotTidied."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    left_behind = tuple(sorted(path.name for path in parent.glob(f"{UNFINISHED}*")))
    started = datetime.now(UTC).replace(microsecond=0)
    name = f"backup-{started:%Y%m%dT%H%M%SZ}"
    place, unfinished = parent / name, parent / f"{UNFINISHED}{name}"
    if place.exists():
        raise CopyFailed(f"{place} is there already. Wait a second, and begin again.")
    unfinished.mkdir(mode=0o700)
    try:
        manifest = _written(unfinished, name, started)
        unfinished.rename(place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    try:
        sync(parent)
        _record(manifest)
    except (Error, OSError) as error:
        raise NotRecorded(
            f"{place} is whole, but that it was made could not be recorded in the log, and older backups were left: "
            f"{first_line(error)}"
        ) from error
    try:
        removed = _remove_older(parent, name, keep)
        keys_removed = _remove_older_keys(parent, name, keep_keys)
    except OSError as error:
        raise NotTidied(
            f"{place} is whole, but an older backup could not be taken away: {error.filename}: {error.strerror}. "
            "Take it away by hand, before the disk is full and before keys that were erased are restored from it."
        ) from error
    return Made(place, manifest, removed, keys_removed, left_behind)


def _written(folder: Path, name: str, started: datetime) -> Manifest:
    contents = copying().dump(folder)
    with suppress(FileNotFoundError):
        shutil.copyfile(public_keys_file(), folder / PUBLIC_KEYS)
    paths = sorted(folder.iterdir())
    for path in paths:
        path.chmod(0o600)
        sync(path)
    manifest = Manifest(
        name=name,
        format=FORMAT,
        version=settings.VERSION,
        database=connection.vendor,
        origin=settings.AUDIT_ORIGIN,
        started=started,
        finished=datetime.now(UTC).replace(microsecond=0),
        master_keys=master_key_fingerprints(),
        contents=contents,
        files={path.name: sealed_file(path) for path in paths},
    )
    path = folder / FILE
    path.touch(mode=0o600)
    path.write_text(manifest.text(), encoding="utf-8")
    sync(path)
    sync(folder)
    return manifest


def _record(manifest: Manifest) -> None:
    with transaction.atomic():
        record(
            Event.BACKUP_MADE,
            by=None,
            target=TARGET,
            after={
                "backup": manifest.name,
                "version": manifest.version,
                "sealed_events": manifest.contents.sealed,
                "rows": sum(manifest.contents.rows.values()),
                "bytes": manifest.bytes,
            },
        )


def _remove_older(parent: Path, newest: str, keep: int | None) -> tuple[str, ...]:
    """Only whole backups of this log, and never what else lies there."""
    if keep is None:
        return ()
    old = _older(parent, newest)
    removed = old[: max(0, len(old) + 1 - keep)]
    for path in removed:
        aside = path.with_name(f"{UNFINISHED}{path.name}")  # half a backup must not look like a whole one
        path.rename(aside)
        shutil.rmtree(aside)
    return tuple(path.name for path in removed)


def _remove_older_keys(parent: Path, newest: str, keep: int | None) -> tuple[str, ...]:
    if keep is None:
        return ()
    old = _older(parent, newest)
    keys = [path / copying().KEYS_FILE for path in old[: max(0, len(old) + 1 - keep)]]
    removed = [path for path in keys if path.exists()]
    for path in removed:
        path.unlink()
    return tuple(path.parent.name for path in removed)


def _older(parent: Path, newest: str) -> list[Path]:
    found = []
    for path in backups_in(parent):
        with suppress(BadBackup):
            manifest = read_manifest(path)
            ours = (manifest.name, manifest.origin, manifest.database) == (
                path.name,
                settings.AUDIT_ORIGIN,
                connection.vendor,
            )
            if ours and path.name < newest:
                found.append(path)
    return found
