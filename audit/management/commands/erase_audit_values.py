"""Destroys the key of what the audit log says about one patient."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.db import Error

from audit.retention import NothingToErase, erase_values, events_about


class Command(BaseCommand):
    help = (
        "Make what the audit log says about one patient unreadable for ever. Who did what and when stays, and the log "
        "stays verifiable. Backups of the keys have to be destroyed too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("patient", type=UUID, metavar="PATIENT-ID")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--legal-basis", required=True, metavar="TEXT")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be erased")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(
        self, *arguments: Any, patient: UUID, reason: str, legal_basis: str, dry_run: bool, yes: bool, **options: Any
    ) -> None:
        if not reason.strip() or not legal_basis.strip():
            raise CommandError("Say the reason and the legal basis in words.")
        self.stdout.write(f"{events_about(patient):,} events are about this patient.")
        if dry_run:
            self.stdout.write("Nothing was erased (--dry-run).")
            return
        if not yes and input("Their values become unreadable for ever. Write ERASE to go on: ").strip() != "ERASE":
            raise CommandError("Nothing was erased.")
        try:
            erase_values(patient, reason=reason, legal_basis=legal_basis, by=None)
        except NothingToErase as nothing:
            raise CommandError(str(nothing)) from nothing
        except Error as error:
            raise CommandError(f"The database refused it; nothing was erased: {str(error).strip()}") from error
        self.stdout.write("The key was destroyed. Destroy its copies in the backups of the keys as well.")
