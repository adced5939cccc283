"""Makes a key that checkpoints of the audit log are signed with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from audit.public_keys import public_keys_file
from audit.sealing import KeyUnusable, make_signing_key, signing_key_file


class Command(BaseCommand):
    help = "Make a signing key for the audit log (a file for the sealer alone), and note its public half."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where LM_AUDIT_SIGNING_KEY_FILE says, if not given")
        parser.add_argument("--if-missing", action="store_true", help="leave a key that is there as it is")

    def handle(self, *arguments: Any, file: Path | None, if_missing: bool, verbosity: int, **_: Any) -> None:
        path = file or signing_key_file()
        if if_missing and path.exists():
            return
        try:
            public = make_signing_key(path)
        except KeyUnusable as problem:
            raise CommandError(str(problem)) from problem
        if verbosity == 0:
            return
        self.stdout.write(f"The signing key is in {path}, for the sealer's account alone.")
        self.stdout.write(f"Its public half was added to {public_keys_file()}; keep a copy of this line elsewhere:")
        self.stdout.write(str(public))
