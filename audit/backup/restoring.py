"""Fills an empty database from a backup, and proves afterwards that it holds what the backup held."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader

from audit.backup.databases import copying
from audit.backup.fingerprints import master_key_fingerprints
from audit.backup.kept import Kept, Known, NoCheckpoint, kept_elsewhere, known
from audit.backup.making import TARGET
from audit.backup.manifest import PUBLIC_KEYS, Manifest, first_line
from audit.backup.proving import Proved, prove
from audit.backup.reading import Checked, check_backup
from audit.events import Event
from audit.notes import BadNote, Verifier
from audit.public_keys import known_keys, public_keys_file
from audit.row_triggers import guarded_tables, install
from audit.services import record

MOST_NAMED = 5


class Refused(Exception):
    """Nothing was changed; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    proved: Proved
    lacking: str  # what the backup is known to lack; empty when it lacks nothing that is known

    @property
    def verified(self) -> bool:
        return not self.proved.problems


def restore(
    folder: Path, *, keys: Path | None = None, checkpoint: Path | None = None, although_older: bool = False
) -> Restored:
    """Raises BadBackup and Refused before anything is changed, CopyFailed when nothing was restored."""
    checked = check_backup(folder, keys=keys)
    manifest = checked.manifest
    _refuse_other_installation(checked)
    public = _public_keys(manifest, folder)
    genuine = _own_checkpoint(manifest, public)
    kept = _kept(checkpoint, manifest, public)
    lacking = _lacking(manifest, kept)
    if lacking and not although_older:
        raise Refused(
            f"{lacking} Look for a newer backup. If there is none, add --although-older: what is missing is lost then, "
            "and the log will say so."
        )
    _refuse_occupied()
    copying().load(checked.folder, checked.keys)
    install(connection, guarded_tables())
    proved = prove(checked, [one for one in (genuine, kept.within if kept else None) if one])
    restored = Restored(manifest, proved, lacking)
    _record(restored, checked, kept)
    return restored


def _refuse_other_installation(checked: Checked) -> None:
    manifest = checked.manifest
    if manifest.database != connection.vendor:
        raise Refused(
            f"The backup is of {manifest.database}, and DATABASE_URL names a database of {connection.vendor}."
        )
    if manifest.origin != settings.AUDIT_ORIGIN:
        raise Refused(
            f"The backup is of the log {manifest.origin!r}, and LM_AUDIT_ORIGIN says {settings.AUDIT_ORIGIN!r} here."
        )
    here = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if here != set(manifest.contents.migrations):
        raise Refused(
            f"The backup was made by version {manifest.version}, whose tables are others than those of this version, "
            f"{settings.VERSION}. Restore it with version {manifest.version}, and update afterwards."
        )
    if not set(checked.keys_of.master_keys[:1]) <= set(master_key_fingerprints()):
        raise Refused(
            f"The backup needs the master key with the fingerprint {checked.keys_of.master_keys[0]}; the one here has "
            f"{master_key_fingerprints()[0]}. Name the right one in LM_AUDIT_MASTER_KEY_FILE, or in "
            "LM_AUDIT_MASTER_KEY_FALLBACKS: without it nobody can read what the log says about patients."
        )


def _public_keys(manifest: Manifest, folder: Path) -> tuple[Verifier, ...]:
    try:
        keys = known_keys()
    except BadNote as problem:
        raise Refused(f"The public keys of the log cannot be read: {problem}") from problem
    if manifest.contents.checkpoint and not keys:
        raise Refused(
            f"There are no public keys in {public_keys_file()} to verify the log with. The backup has a copy, "
            f"{folder / PUBLIC_KEYS}: compare it with what was printed for the records office, and copy it there."
        )
    return keys


def _own_checkpoint(manifest: Manifest, keys: Sequence[Verifier]) -> Known | None:
    note = manifest.contents.checkpoint
    if note is None:
        return None
    try:
        return known(note, "The newest checkpoint of the backup", manifest.origin, keys)
    except NoCheckpoint as problem:
        raise Refused(f"{problem} Either the backup was altered, or public-keys.txt is of another log.") from problem


def _kept(place: Path | None, manifest: Manifest, keys: Sequence[Verifier]) -> Kept | None:
    if place is None:
        return None
    try:
        return kept_elsewhere(place, manifest, keys)
    except NoCheckpoint as problem:
        raise Refused(str(problem)) from problem


def _lacking(manifest: Manifest, kept: Kept | None) -> str:
    if kept is None or kept.newest.said.size <= manifest.contents.sealed:
        return ""
    newest, held = kept.newest.said, manifest.contents.sealed
    return (
        f"The backup is older than the checkpoint of {newest.time:%d-%b-%Y %H:%M:%S} UTC: that one vouches for "
        f"{newest.size:,} events, and the backup of {manifest.started:%d-%b-%Y %H:%M:%S} UTC holds {held:,} of them. "
        f"It lacks {newest.size - held:,} events, and what was written with them."
    )


def _refuse_occupied() -> None:
    try:
        there = copying().occupied()
    except Error as error:
        raise Refused(f"The database does not answer: {first_line(error)}") from error
    if there:
        names = ", ".join(there[:MOST_NAMED]) + (", …" if len(there) > MOST_NAMED else "")
        how = (
            "Make a new one (createdb), and let DATABASE_URL name it."
            if connection.vendor == "postgresql"
            else "Move the file away, with those beside it that begin with its name."
        )
        raise Refused(f"The database is not empty: it has {names}. Nothing there is overwritten. {how}")


def _record(restored: Restored, checked: Checked, kept: Kept | None) -> None:
    manifest, proved = restored.manifest, restored.proved
    with transaction.atomic():
        record(
            Event.BACKUP_RESTORED,
            by=None,
            target=TARGET,
            outcome="verified" if restored.verified else "not verified",
            reason=restored.lacking,
            after={
                "backup": manifest.name,
                "version": manifest.version,
                "begun": manifest.started.isoformat(),
                "keys_of": checked.keys_of.name,
                "sealed_events": manifest.contents.sealed,
                "events_of_the_newest_checkpoint": kept.newest.said.size if kept else None,
                "problems": list(proved.problems)[:20],
            },
        )
