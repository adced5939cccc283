"""Loads content files as a release and, in training, puts it in force where nothing was published here."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pathways.content_files import SHIPPED, UnusableContent, load_content
from pathways.services.releases import activate_release, add_release, follows_files
from pathways.services.search import index_release
from pathways.words import fingerprint


class Command(BaseCommand):
    help = (
        "Load content files as a release. In training it comes into force at once, under review, "
        "unless an approved release is in force."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--content", type=Path, default=SHIPPED, metavar="DIR", help="default: the shipped content")
        parser.add_argument("--check", action="store_true", help="only say what is wrong; store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = load_content(options["content"])
        except UnusableContent as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"The content has {len(error.faults)} faults; nothing was stored.") from None
        if options["check"]:
            self.stdout.write(f"The content is sound: {len(content.release.rules)} rules.")
            return
        release = add_release(content, by=None)
        if settings.LM_MODE == "training" and follows_files():
            activate_release(release, by=None)
            index_release(release)
        self.stdout.write(f"{release}: {release.title}, {fingerprint(release.sha256)}")
