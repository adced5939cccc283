"""Restores a backup into an empty database, and verifies it against the sealed log."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error, connection

from audit.backup import BadBackup, CopyFailed, Refused, Restored, restore
from audit.backup.manifest import first_line

NOT_VERIFIED, NOT_RESTORED = 1, 2


class Command(BaseCommand):
    help = (
        "Restore a backup into the empty database that DATABASE_URL names, and verify it. "
        "Exit codes: 0 restored and verified, 1 restored and NOT as it should be, 2 nothing was restored."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--checkpoint",
            type=Path,
            metavar="PLACE",
            help="checkpoints kept elsewhere: the newest one as a file, or the folder of the witness",
        )
        parser.add_argument("--keys", type=Path, metavar="FILE", help="the patients' keys of a newer backup")
        parser.add_argument("--although-older", action="store_true", help="accept what the checkpoint shows is missing")

    def handle(
        self,
        *arguments: Any,
        folder: Path,
        checkpoint: Path | None,
        keys: Path | None,
        although_older: bool,
        **options: Any,
    ) -> None:
        try:
            restored = restore(folder, keys=keys, checkpoint=checkpoint, although_older=although_older)
        except (BadBackup, Refused) as problem:
            raise CommandError(str(problem), returncode=NOT_RESTORED) from problem
        except CopyFailed as failed:
            raise CommandError(str(failed), returncode=NOT_RESTORED) from failed
        except (Error, OSError) as error:
            raise CommandError(
                f"Restoring broke off: {first_line(error)}. Do not use what was restored; begin again with an empty "
                "database.",
                returncode=NOT_VERIFIED,
            ) from error
        self.stdout.write("\n".join(lines_of(restored, compared=checkpoint is not None)))
        if not restored.verified:
            sys.exit(NOT_VERIFIED)


def lines_of(restored: Restored, *, compared: bool) -> list[str]:
    manifest, proved = restored.manifest, restored.proved
    lines = [
        f"Restored: {manifest.name}, begun {manifest.started:%d-%b-%Y %H:%M:%S} UTC by version {manifest.version}",
        f"{proved.rows:,} rows in {proved.tables} tables; {proved.waiting:,} events wait for the sealer.",
    ]
    if restored.lacking:
        lines.append(f"ACCEPTED: {restored.lacking}")
    lines += [f"WARNING: {sentence}" for sentence in proved.warnings]
    if not restored.verified:
        return [*lines, "NOT AS IT SHOULD BE. Do not start the application on it:", *proved.problems]
    if proved.sealed_at_all:
        lines.append(f"Verified: all rows are there, and the log of {proved.sealed:,} sealed events is intact.")
    else:
        lines.append("All rows are there. The log was never sealed, so nothing shows that nobody has altered it.")
    if not compared:
        lines.append("Not compared with a checkpoint kept elsewhere (--checkpoint): an old backup looks the same.")
    if connection.vendor == "postgresql":
        lines.append("Now apply deploy/grants.sql, and start the sealer before anything else.")
    else:
        lines.append("Now start the sealer before anything else.")
    return lines
