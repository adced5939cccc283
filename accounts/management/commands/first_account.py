"""Prints the one-time code with which the first administrator makes an account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.first_account import AdministratorExists, new_code


class Command(BaseCommand):
    help = "Print a one-time code, valid for 24 hours, with which the first administrator makes an account."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = new_code()
        except AdministratorExists as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Open {reverse('accounts:first_account')} in the browser, and enter this code:")
        self.stdout.write(f"\n  {code}\n\nIt is valid for 24 hours and for one account.")
