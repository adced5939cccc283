"""What the test suite runs on: quick passwords, plain static files, a database file of its own."""

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Any

from config import env
from config.settings.base import *

SECRET_KEY = "only-for-tests-" + "x" * 50
AUDIT_MASTER_KEY = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI="
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEMO_SIGN_IN = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}  # no worker runs beside a test
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

_folder = Path(tempfile.mkdtemp(prefix="lm-pathways-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir()
AUDIT_DIR = _folder / "audit"
MONITORING_NETWORKS = ()  # nobody, as the declared addresses say; its own tests let somebody in
MONITORED_FOLDERS = [str(_folder)]

_database: dict[str, Any] = env.database("DATABASE_URL", _folder / "unused.sqlite3")
if _database["ENGINE"].endswith("sqlite3"):
    # A file, not memory: in memory the browser tests' server thread would share one connection, and so one transaction.
    _database["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = _database["OPTIONS"]["init_command"].replace("=FULL", "=OFF")
DATABASES = {"default": _database}
