"""Wraps the keys of patients' values with the current master key, so that the one before can be destroyed."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import Error

from audit.retention.master_key import KeysUnreadable, rewrap_keys


class Command(BaseCommand):
    help = (
        "After a change of LM_AUDIT_MASTER_KEY, with the former key in LM_AUDIT_MASTER_KEY_FALLBACKS: wrap every "
        "patient's key with the new one. It may be interrupted and started again."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            changed = rewrap_keys(by=None)
        except KeysUnreadable as problem:
            raise CommandError(str(problem)) from problem
        except Error as error:
            raise CommandError(f"The database refused it: {str(error).strip()}") from error
        self.stdout.write(
            f"{changed:,} keys were wrapped with the new master key. Second factors set up under the former one still "
            "need it; when these were set up anew, restart the application without it, and destroy it when no backup "
            "needs it."
        )
