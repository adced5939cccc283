"""`manage.py index_guidance`: makes the search index of the guidance in force anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pathways.selectors import release_in_force
from pathways.services.search import index_release


class Command(BaseCommand):
    help = "Makes the search index of the guidance in force anew."

    def handle(self, *arguments: Any, **options: Any) -> None:
        release = release_in_force()
        if release is None:
            raise CommandError("No guidance is in force that may be used, so there is nothing to index.")
        number = index_release(release.record)
        entries = f"{number} {'entry' if number == 1 else 'entries'}"
        self.stdout.write(f"{entries} of release {release.record.number} can be searched.")
