"""A system check: a live installation has no demo accounts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, connection

from accounts.permissions import Role


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


@register()
def roles_with_a_second_factor(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    unknown = sorted(set(settings.LM_SECOND_FACTOR_ROLES) - {role.value for role in Role})
    if not unknown:
        return []
    return [
        checks.Error(
            f"LM_SECOND_FACTOR_ROLES names no role of ours: {', '.join(unknown)}.",
            hint=f"The roles are: {', '.join(role.value for role in Role)}.",
            id="accounts.E002",
        )
    ]


@register()
def limits_of_sessions(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    pairs = {
        "LM_COVER_MINUTES and LM_SESSION_END_MINUTES": (settings.SCREEN_COVER_SECONDS, settings.SESSION_END_SECONDS),
        "LM_SHARED_COVER_MINUTES and LM_SHARED_END_MINUTES": (
            settings.SHARED_COVER_SECONDS,
            settings.SHARED_END_SECONDS,
        ),
    }
    return [
        checks.Error(
            f"{names} are {cover // 60} and {end // 60}: the screen has to be covered before the session ends.",
            hint="Write whole minutes, the first number smaller than the second and greater than 0.",
            id="accounts.E003",
        )
        for names, (cover, end) in pairs.items()
        if not 0 < cover < end
    ]
