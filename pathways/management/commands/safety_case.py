"""Writes the hazard log and the safety case from the clinical safety file, or says whether they are up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pathways.safety.hazards import UnusableSafetyFile, read_safety_file, safety_file_path
from pathways.safety.written import pages


class Command(BaseCommand):
    help = "Write docs/safety/hazard-log.md and docs/safety/safety-case.md from docs/safety/hazards.yaml."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is not up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = read_safety_file(safety_file_path())
        except UnusableSafetyFile as unusable:
            raise CommandError(f"docs/safety/hazards.yaml cannot be used:\n{unusable}") from unusable
        written = {Path(settings.BASE_DIR) / path: text for path, text in pages(file).items()}
        stale = [path for path, text in written.items() if not path.exists() or path.read_text("utf-8") != text]
        if options["check"]:
            self.say(stale)
            return
        for path in stale:
            path.write_text(written[path], encoding="utf-8")
        self.stdout.write(f"{len(file.hazards)} hazards; {len(stale)} of {len(written)} pages rewritten.")

    def say(self, stale: list[Path]) -> None:
        if stale:
            names = ", ".join(path.name for path in stale)
            raise CommandError(f"Not up to date: {names}. Run ./dev manage safety_case.")
        self.stdout.write("The hazard log and the safety case are up to date.")
