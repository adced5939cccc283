"""Removes events of the audit log whose retention has ended, under a signed note."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error
from django.utils import timezone

from audit.retention import NothingToRetire, retirable, retire
from audit.sealing import KeyUnusable, read_keys


class Command(BaseCommand):
    help = "Delete sealed events older than a date. Needs the signing key, like the sealer; the hashes stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--before", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--legal-basis", required=True, metavar="TEXT")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *arguments: Any, before: date, legal_basis: str, dry_run: bool, yes: bool, **options: Any) -> None:
        if not legal_basis.strip() or not legal_basis.isprintable():
            raise CommandError("Say the legal basis in one line of words.")
        if before > timezone.localdate():
            raise CommandError(f"{before:%d-%b-%Y} is in the future.")
        try:
            signer = read_keys().signers[-1]
            events = retirable(before)
        except (KeyUnusable, NothingToRetire) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{events.count:,} events at positions {events.first:,} to {events.last:,} "
            f"are older than {before:%d-%b-%Y}."
        )
        if dry_run:
            self.stdout.write("Nothing was removed (--dry-run).")
            return
        if not yes and input("They are deleted for ever. Write RETIRE to go on: ").strip() != "RETIRE":
            raise CommandError("Nothing was removed.")
        try:
            retire(events, before=before, legal_basis=legal_basis.strip(), signer=signer, by=None)
        except Error as error:
            raise CommandError(f"The database refused it; nothing was removed: {str(error).strip()}") from error
        self.stdout.write("They were removed. The log stays verifiable.")
