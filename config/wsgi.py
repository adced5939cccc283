"""Where a WSGI server enters; it refuses to start when a system check of ours finds an error."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

from accounts.checks import demo_accounts_in_live_mode  # noqa: E402 (needs the loaded applications)

# `manage.py check` runs before `migrate` and `runserver`; gunicorn asks nobody, so we ask here.
_errors = demo_accounts_in_live_mode(None, databases=["default"])
if _errors:
    raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in _errors))
