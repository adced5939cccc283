"""`manage.py run_canaries`: checks how the known patients are advised; hourly, and after every change."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pathways.services.canaries import NothingToCheck, check_known_patients, warn_of_silence


class Command(BaseCommand):
    help = "Evaluate the known patients of the guidance in force. Fails, and stops all advice, where one differs."

    def handle(self, *arguments: Any, **options: Any) -> None:
        warn_of_silence()
        try:
            run = check_known_patients(by=None)
        except NothingToCheck as nothing:
            raise CommandError(f"{nothing} Nothing was checked.") from nothing
        if not run.passed:
            lines = [f"{one['case']}: {one['text']}" for one in run.differences]
            raise CommandError("\n".join(["Known patients differ, and advice is stopped:", *lines]))
        self.stdout.write(f"{run.cases} known patients of release {run.release.number} are advised as expected.")
