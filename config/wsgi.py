"""Where a WSGI server enters; it refuses to start when a system check of ours finds an error."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()
_ = get_resolver().url_patterns  # imports every view now: what is broken keeps the server from starting

from accounts.checks import demo_accounts_in_live_mode  # noqa: E402 (needs the loaded applications)

# `manage.py check` runs before `migrate` and `runserver`; gunicorn asks nobody, so we ask here.
_errors = demo_accounts_in_live_mode(None, databases=["default"])
connections.close_all()  # the thread that imports us answers no requests and must not keep a connection
if _errors:
    raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in _errors))
