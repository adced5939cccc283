"""What monitoring reads from the database: numbers and moments, and nothing of any patient."""

from datetime import timedelta
from functools import lru_cache

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from patients.models import Assessment

STATES = """
    SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user GROUP BY 1
"""


def database_answers() -> None:
    """Raises what the database raises."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def database_takes_writing() -> bool:
    """On SQLite by beginning to write, which raises where the file or the disk does not let it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")
            (refuses,) = cursor.fetchone()
        return not refuses
    with transaction.atomic():
        return True


def missing_migrations() -> list[str]:
    """Of this version. Those of a newer version may have run already, while both serve."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(".".join(key) for key in migrations_of_this_version() - applied.keys())


@lru_cache(maxsize=1)
def migrations_of_this_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def open_drafts() -> int:
    return Assessment.objects.drafts_without_identity().count()


def sessions() -> int:
    return Session.objects.filter(expire_date__gt=timezone.now()).count()


def tasks_waiting() -> tuple[int, timedelta]:
    """How many, and for how long the oldest of them."""
    waiting = DBTaskResult.objects.ready().order_by("enqueued_at")
    oldest = waiting.values_list("enqueued_at", flat=True).first()
    return waiting.count(), max(timezone.now() - oldest, timedelta()) if oldest else timedelta()


def database_connections() -> dict[str, int]:
    """By state, of all processes that use the role of this one; SQLite has none."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STATES)
        return {str(state): int(number) for state, number in cursor.fetchall()}
