"""Where a WSGI server enters; it refuses to start when a system check of ours finds an error."""

import logging
import os
import sys

from django.conf import settings
from django.core.checks import ERROR
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from audit.database.postgresql.limits import limit_statements
from audit.database.sqlite3.authorizer import guard_new_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()
limit_statements(settings.DATABASES["default"])
guard_new_connections()
_ = get_resolver().url_patterns  # imports every view now: what is broken keeps the server from starting

from accounts.checks import demo_accounts_in_live_mode, sqlite_in_live_mode  # noqa: E402 (needs the loaded applications)
from accounts.first_account import code_at_first_start, invitation  # noqa: E402
from audit.checks import guards_are_there, rights_over_the_log  # noqa: E402
from audit.durability import acknowledged_is_written  # noqa: E402
from pathways.services.canaries import check_at_start  # noqa: E402

# `manage.py check` runs before `migrate` and `runserver`; gunicorn asks nobody, so we ask here.
_found = [
    message
    for check in (
        demo_accounts_in_live_mode,
        sqlite_in_live_mode,
        guards_are_there,
        rights_over_the_log,
        acknowledged_is_written,
    )
    for message in check(None, databases=["default"])
]
for _message in _found:
    if _message.level < ERROR:
        logging.getLogger(__name__).warning("%s %s", _message.msg, _message.hint)
_errors = [message for message in _found if message.level >= ERROR]
if _errors:
    raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in _errors))
if _code := code_at_first_start():
    print(f"Nobody administers this installation yet. {invitation(_code)}", file=sys.stderr, flush=True)  # noqa: T201
check_at_start()
connections.close_all()  # the thread that imports us answers no requests and must not keep a connection
