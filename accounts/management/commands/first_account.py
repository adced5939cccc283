"""Prints the one-time code with which the first administrator makes an account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.first_account import AdministratorExists, invitation, new_code


class Command(BaseCommand):
    help = "Print a one-time code, valid for 24 hours, with which the first administrator makes an account."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = new_code()
        except AdministratorExists as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(invitation(code))
