"""Makes the demo people of a training installation; a second run changes nothing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import demo
from accounts.services import ensure_demo_person, ensure_ward


class Command(BaseCommand):
    help = "Make the demo people, with random passwords kept in var/demo-passwords.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--passwords", type=Path, default=demo.PASSWORD_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LM_MODE == "live":
            raise CommandError("Demo people are for training; this installation is live.")
        passwords = demo.passwords(options["passwords"])
        wards = {code: ensure_ward(code=code, name=name) for code, name in demo.WARDS.items()}
        for person, ward_codes in demo.PEOPLE.items():
            ensure_demo_person(person, password=passwords[person.username], wards=[wards[code] for code in ward_codes])
        self.stdout.write(f"{len(demo.PEOPLE)} demo people are ready.")
