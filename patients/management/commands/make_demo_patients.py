"""Makes the demo patients of a training installation; a second run changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.selectors import demo_people
from pathways.selectors import release_in_force
from patients.services.demo_patients import make_demo_patients


class Command(BaseCommand):
    help = "Make invented patients for the demo people, with drafts and signed plans."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LM_MODE == "live":
            raise CommandError("Demo patients are for training; this installation is live.")
        people = {person.username: person for person in demo_people()}
        if not people:
            raise CommandError("There are no demo people yet: run make_demo_people first.")
        if release_in_force() is None:
            raise CommandError("No guidance is in force yet: run load_content first.")
        made = make_demo_patients(people)
        self.stdout.write(f"{made} demo patients were made." if made else "The demo patients are there already.")
