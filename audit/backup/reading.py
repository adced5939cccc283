"""Looks whether a backup is whole and can be read, without a database to restore it into."""

import stat
from dataclasses import dataclass
from pathlib import Path

from audit.backup.contents import KEYS
from audit.backup.databases import copying
from audit.backup.manifest import PUBLIC_KEYS, BadBackup, Manifest, StoredFile, read_manifest, sealed_file

KEYS_GONE = (
    "If its keys were taken away on purpose, name the file with the keys of a newer backup with --keys: "
    "it holds the same keys, without those that were erased since."
)


@dataclass(frozen=True, slots=True)
class Checked:
    manifest: Manifest
    folder: Path
    keys: Path
    keys_of: Manifest  # the backup that the keys belong to, mostly the same one


def check_backup(folder: Path, *, keys: Path | None = None) -> Checked:
    """Raises BadBackup, which names every file that is not as it was written."""
    manifest = read_manifest(folder)
    if manifest.database not in {"postgresql", "sqlite"}:
        raise BadBackup(f"{folder} is of a database that is not known here: {manifest.database!r}.")
    ways = copying(manifest.database)
    needed = {ways.DATABASE_FILE, ways.KEYS_FILE}
    # These names and no others: a path would lead out of the folder.
    if not needed <= set(manifest.files) <= {*needed, PUBLIC_KEYS} or KEYS not in manifest.contents.rows:
        raise BadBackup(f"{folder} is no whole backup: its manifest names other files.")
    own_keys = folder / ways.KEYS_FILE
    keys_of = manifest if keys is None else _of_other_keys(keys, manifest)
    problems = [
        problem
        for name, wanted in manifest.files.items()
        if keys is None or name != ways.KEYS_FILE
        if (problem := _difference(folder / name, wanted, keys=name == ways.KEYS_FILE))
    ]
    if keys and (problem := _difference(keys, keys_of.files[ways.KEYS_FILE], keys=False)):
        problems.append(problem)
    if problems:
        raise BadBackup(" ".join(problems))
    ways.check_readable(folder, keys or own_keys)
    return Checked(manifest, folder, keys or own_keys, keys_of)


def _of_other_keys(keys: Path, manifest: Manifest) -> Manifest:
    """Its own manifest stands beside it, and says whether it is whole and newer."""
    other = read_manifest(keys.parent)
    ours = (other.origin, other.database) == (manifest.origin, manifest.database)
    is_keys_file = ours and keys.name == copying(other.database).KEYS_FILE and keys.name in other.files
    if not is_keys_file or KEYS not in other.contents.rows:
        raise BadBackup(f"{keys} belongs to another installation.")
    if other.started < manifest.started:
        raise BadBackup(
            f"{keys} is older than the backup: it lacks the keys of patients who came later. Name those of a newer one."
        )
    return other


def _difference(path: Path, wanted: StoredFile, *, keys: bool) -> str:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return f"{path} is no plain file."
        found = sealed_file(path)
    except FileNotFoundError:
        return f"{path} is missing. {KEYS_GONE}" if keys else f"{path} is missing."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    if found.bytes != wanted.bytes:
        return f"{path} is damaged: it has {found.bytes:,} bytes instead of {wanted.bytes:,}."
    if found != wanted:
        return f"{path} is damaged: its bytes are not those that were written."
    return ""
