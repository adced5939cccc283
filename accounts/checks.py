"""A system check: a live installation has no demo accounts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, connection


@register(Tags.database)
def demo_accounts_in_live_mode(
    app_configs: Sequence[AppConfig] | None, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.LM_MODE != "live" or not databases:
        return []
    from accounts.selectors import demo_usernames  # the check is registered before models can be imported

    try:
        names = demo_usernames()
    except DatabaseError:
        return []  # before the first `migrate` there are no accounts at all
    if not names:
        return []
    return [
        checks.Error(
            f"Live mode does not start while demo accounts exist: {', '.join(names)}.",
            hint="Use a fresh database for live work; demo people and patients do not belong in it.",
            id="accounts.E001",
        )
    ]


@register(deploy=True)
def sqlite_in_live_mode(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.LM_MODE != "live" or connection.vendor != "sqlite":
        return []
    return [
        checks.Warning(
            "Live mode on SQLite: one machine, one disk, no standby.",
            hint="Point DATABASE_URL at PostgreSQL.",
            id="accounts.W001",
        )
    ]
