"""Writes a copy of the sealed audit log into a folder, to be verified elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error

from audit.export import FolderNotEmpty, export_log
from audit.notes import BadNote


class Command(BaseCommand):
    help = "Write all sealed events, checkpoints and public keys into a new folder. It holds patients' ids: guard it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *arguments: Any, folder: Path, **options: Any) -> None:
        try:
            size = export_log(folder)
        except (FolderNotEmpty, BadNote) as problem:
            raise CommandError(str(problem)) from problem
        except Error as error:
            raise CommandError(f"The database refused it; nothing was handed out: {str(error).strip()}") from error
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        self.stdout.write(
            f"{size:,} events were written to {folder}. Verify them anywhere:\n"
            f"./dev manage verify_audit --export {folder} --keys FILE-OF-PUBLIC-KEYS"
        )
