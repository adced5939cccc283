"""Makes a file that proves to a third party that one event stands in the audit log."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.db import Error

from audit.export import NoProof, proof_of, record_proof


class Command(BaseCommand):
    help = "Write a proof that an event stands in the log. Anybody can check it with deploy/verify_proof.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event", type=UUID, help="its id, as the page of the log shows it")
        parser.add_argument("file", type=Path)

    def handle(self, *arguments: Any, event: UUID, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} exists already. Name a new file.")
        try:
            proof = proof_of(event)
            record_proof(event)
            with file.open("x", encoding="utf-8") as out:
                out.write(proof)
        except NoProof as problem:
            raise CommandError(str(problem)) from problem
        except Error as error:
            raise CommandError(f"The database refused it; no proof was made: {str(error).strip()}") from error
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{file} was written. It shows this one event; check it with deploy/verify_proof.py.")
