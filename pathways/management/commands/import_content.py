"""Imports content files as drafts, which two people review like everything that is edited in the application."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.selectors import person_named
from pathways.content_files import Content, UnusableContent, load_content
from pathways.permissions import NotAllowed
from pathways.services.imports import import_content


class Command(BaseCommand):
    help = "Import content files: a draft for each part that differs from what is worked on. Nothing comes into force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder as export_content writes it")
        parser.add_argument("--by", metavar="USERNAME", help="the author of the drafts; needed in live mode")

    def handle(self, *args: Any, **options: Any) -> None:
        author = self.author(options["by"])
        content = self.content(options["folder"])
        try:
            drafts = import_content(content, by=author)
        except NotAllowed as refusal:
            raise CommandError(f"Nothing was imported. {refusal}") from None
        for draft in drafts:
            self.stdout.write(f"Draft: {draft}")
        self.stdout.write("The other parts are as they were." if drafts else "Nothing differs; no draft was made.")

    def author(self, username: str | None) -> User | None:
        if username is None:
            # Whoever wrote a draft may not approve it: in live mode somebody has to answer for what is imported.
            if settings.LM_MODE == "live":
                raise CommandError("Say who wrote it: --by USERNAME. Nothing was imported.")
            return None
        person = person_named(username)
        if person is None:
            raise CommandError(f"There is nobody with the user name {username!r} who may sign in.")
        return person

    def content(self, folder: Path) -> Content:
        try:
            return load_content(folder)
        except UnusableContent as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"The content has {len(error.faults)} faults; nothing was imported.") from None
