"""Prints a key for LM_AUDIT_MASTER_KEY."""

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print a new random key for LM_AUDIT_MASTER_KEY. Without it, what the log says of patients is unreadable."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        from audit.values import new_master_key

        self.stdout.write(new_master_key())
