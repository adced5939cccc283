"""Prints who may come to which address, or says whether the printed page is up to date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.access.matrix import matrix_page

PAGE = settings.BASE_DIR / "docs" / "reference" / "access-matrix.md"


class Command(BaseCommand):
    help = "Writes docs/reference/access-matrix.md from the declarations of the addresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail when the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        made = matrix_page()
        if not options["check"]:
            PAGE.write_text(made, encoding="utf-8")
            self.stdout.write(f"Written: {PAGE.relative_to(settings.BASE_DIR)}")
            return
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
            raise CommandError("docs/reference/access-matrix.md is out of date: ./dev manage access_matrix")
        self.stdout.write("docs/reference/access-matrix.md is up to date.")
