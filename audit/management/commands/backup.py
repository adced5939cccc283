"""Makes a backup of the database into a new folder, or looks whether one is whole."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error

from audit.backup import BadBackup, CopyFailed, Made, NotRecorded, NotTidied, back_up, check_backup
from audit.backup.manifest import Contents, first_line
from audit.backup.reading import Checked


class Command(BaseCommand):
    help = (
        "Make a backup of the database in a new folder inside FOLDER: all of one moment, while people work. It holds "
        "patients' data: guard it. With --check, look whether the backup FOLDER is whole."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="FOLDER is one backup: look whether it is whole")
        parser.add_argument("--keys", type=Path, metavar="FILE", help="with --check: the patients' keys of a newer one")
        parser.add_argument("--keep", type=at_least_one, metavar="N", help="afterwards remove all but the newest N")
        parser.add_argument(
            "--keep-keys", type=at_least_one, metavar="N", help="remove the patients' keys from all but the newest N"
        )

    def handle(
        self,
        *arguments: Any,
        folder: Path,
        check: bool,
        keys: Path | None,
        keep: int | None,
        keep_keys: int | None,
        **options: Any,
    ) -> None:
        not_done = "The backup was not checked." if check else "No backup was made."
        try:
            if check:
                lines = checked_lines(check_backup(folder, keys=keys))
            else:
                lines = made_lines(back_up(folder, keep=keep, keep_keys=keep_keys))
        except (BadBackup, CopyFailed, NotRecorded, NotTidied) as problem:
            raise CommandError(str(problem)) from problem
        except Error as error:
            raise CommandError(f"{not_done} The database does not answer: {first_line(error)}") from error
        except OSError as error:
            raise CommandError(f"{not_done} {error.filename or folder}: {error.strerror}.") from error
        self.stdout.write("\n".join(lines))


def at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def made_lines(made: Made) -> list[str]:
    contents = made.manifest.contents
    seconds = (made.manifest.finished - made.manifest.started).total_seconds()
    lines = [f"Backup made: {made.folder} ({made.manifest.bytes:,} bytes, {seconds:.0f} s)", held(contents)]
    if contents.checkpoint is None:
        lines.append("WARNING: the log was never sealed, so nobody can verify this backup against it.")
    lines += [f"Removed: {name}" for name in made.removed]
    lines += [f"Removed the patients' keys of {name}" for name in made.keys_removed]
    lines += [f"WARNING: {name} is what an interrupted run has left. Delete it." for name in made.unfinished]
    return lines


def held(contents: Contents) -> str:
    return (
        f"{sum(contents.rows.values()):,} rows in {len(contents.rows)} tables; {contents.sealed:,} sealed events, "
        f"{contents.waiting:,} waiting for the sealer"
    )


def checked_lines(checked: Checked) -> list[str]:
    manifest = checked.manifest
    return [
        f"Whole: {checked.folder} of {manifest.started:%d-%b-%Y %H:%M:%S} UTC",
        f"Made by version {manifest.version} from {manifest.contents.server}",
        held(manifest.contents),
        f"Needs the master key with the fingerprint {checked.keys_of.master_keys[0]}.",
        "Its bytes are those that were written. Whether it restores, only restoring it shows.",
    ]
