"""Where a WSGI server enters; it refuses to start when a system check of ours finds an error."""

import logging
import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from audit.database.postgresql.limits import limit_statements
from audit.database.sqlite3.authorizer import guard_new_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# A page waits for the database a dozen times, and with Python's own 5 ms as long again each time for its turn, while
# another thread computes advice.
sys.setswitchinterval(0.0005)

application = get_wsgi_application()
limit_statements(settings.DATABASES["default"])
guard_new_connections()
_ = get_resolver().url_patterns  # imports every view now: what is broken keeps the server from starting

from accounts.first_account import code_at_first_start, invitation  # noqa: E402 (needs the loaded applications)
from config.start_checks import errors, findings  # noqa: E402
from pathways.services.canaries import check_at_start  # noqa: E402

_found = findings()
if _errors := errors(_found):
    raise ImproperlyConfigured("\n".join(_errors))
for _message in _found:
    logging.getLogger(__name__).warning("%s %s", _message.msg, _message.hint)
if _code := code_at_first_start():
    print(f"Nobody administers this installation yet. {invitation(_code)}", file=sys.stderr, flush=True)  # noqa: T201
check_at_start()
connections.close_all()  # the thread that imports us answers no requests and must not keep a connection
