"""Exports content as files: byte for byte the same for the same content, so that versions can be compared."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pathways.content_writer import ForeignFiles
from pathways.editing.parts import Document
from pathways.permissions import NotAllowed
from pathways.selectors.candidates import working_candidate
from pathways.selectors.releases import TamperedRelease, document_of, release_in_force, release_numbered
from pathways.services.exports import export_content
from pathways.yaml_writer import Unwritable


class Command(BaseCommand):
    help = "Export the content in force as files into a folder that is empty or holds only content files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--release", type=int, metavar="N", help="an earlier release, by its number")
        chosen.add_argument("--working", action="store_true", help="the newest version of every part, drafts included")

    def handle(self, *args: Any, **options: Any) -> None:
        document = self.document(number=options["release"], working=options["working"])
        folder = options["folder"]
        try:
            names = export_content(document, folder=folder, by=None)
        except (ForeignFiles, Unwritable) as refusal:
            raise CommandError(f"Nothing was exported. {refusal}") from None
        except OSError as error:
            raise CommandError(f"The files cannot be written: {error}.") from None
        for name in names:
            self.stdout.write(f"Wrote {folder / name}")

    def document(self, *, number: int | None, working: bool) -> Document:
        try:
            return self.working_document() if working else self.released_document(number)
        except TamperedRelease as error:
            raise CommandError(str(error)) from None

    def working_document(self) -> Document:
        try:
            return working_candidate().document
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from None

    def released_document(self, number: int | None) -> Document:
        if number is not None:
            release = release_numbered(number)
            if release is None:
                raise CommandError(f"There is no release {number}.")
            return document_of(release)
        in_force = release_in_force()
        if in_force is None:
            raise CommandError("No release is in force. Name one with --release, or export --working.")
        return document_of(in_force.record)
