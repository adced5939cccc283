"""For a host that only watches or verifies an audit log: no database, no accounts, no secrets.

Used as `DJANGO_SETTINGS_MODULE=config.settings.witness ./dev manage witness …` and `… verify_audit --export …`.
"""

from pathlib import Path

from config import env

SECRET_KEY = "nothing is signed with it here"  # noqa: S105
INSTALLED_APPS = ["audit"]
DATABASES: dict[str, dict[str, object]] = {}
USE_TZ = True
TIME_ZONE = "Europe/London"
AUDIT_MASTER_KEY = ""
AUDIT_MASTER_KEY_FALLBACKS: tuple[str, ...] = ()
AUDIT_ORIGIN = env.text("LM_AUDIT_ORIGIN", "lm-pathways.local/audit")
AUDIT_DIR = Path.cwd()
