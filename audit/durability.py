"""System check: the database acknowledges nothing that a cut of the power would take away again."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, connection

# Safety: with any other value, an answer that was shown as saved can be lost. HZ-73
SAFE = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),  # others do not wait for a standby's disk
}


def unsafe_settings() -> dict[str, str]:
    """As they hold for this very connection; another file system may do without full pages, but none that we know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY (%s) ORDER BY name", [list(SAFE)])
        return {name: value for name, value in cursor.fetchall() if value not in SAFE[name]}


@register(Tags.database)
def acknowledged_is_written(
    app_configs: Sequence[AppConfig] | None, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Training may run on a server that is quick and forgetful; live work may not."""
    if not databases or connection.vendor != "postgresql":
        return []
    try:
        unsafe = unsafe_settings()
    except DatabaseError:
        return []  # no database yet
    if not unsafe:
        return []
    live = settings.LM_MODE == "live"
    words = ", ".join(f"{name} is {value}" for name, value in unsafe.items())
    return [
        (checks.Error if live else checks.Warning)(
            f"The database acknowledges what it may lose when the power fails: {words}.",
            hint="Set fsync, full_page_writes and synchronous_commit to on in postgresql.conf and reload the server.",
            id="audit.E003" if live else "audit.W003",
        )
    ]
