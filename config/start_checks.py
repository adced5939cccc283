"""What a server has to find before it serves anybody; asked at its start, and again by monitoring.

`manage.py check` runs before `migrate` and `runserver`; gunicorn asks nobody, so we ask ourselves.
"""

from django.core.checks import ERROR, CheckMessage

from accounts.checks import demo_accounts_in_live_mode, sqlite_in_live_mode
from audit.checks import guards_are_there, rights_over_the_log
from audit.durability import acknowledged_is_written

CHECKS = (
    demo_accounts_in_live_mode,
    sqlite_in_live_mode,
    guards_are_there,
    rights_over_the_log,
    acknowledged_is_written,
)


def findings() -> list[CheckMessage]:
    """Nothing about a database that is away: then a server starts, to serve as soon as the database is there."""
    return [message for check in CHECKS for message in check(None, databases=["default"])]


def errors(found: list[CheckMessage]) -> list[str]:
    return [f"{message.msg} {message.hint}" for message in found if message.level >= ERROR]
