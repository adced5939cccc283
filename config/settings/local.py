"""This machine only: training mode over plain HTTP on the loopback address, as `./dev run` starts it."""

import base64
import secrets
from collections.abc import Callable
from pathlib import Path

from config import env
from config.settings.base import *
from config.settings.base import DATABASES, VAR_DIR


def installation_key(name: str, new: Callable[[], str]) -> str:
    """A key made once per installation and readable by its owner alone."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(new(), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def new_master_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


DEBUG = env.flag("LM_DEBUG", default=False)
SECRET_KEY = installation_key("secret-key", lambda: secrets.token_urlsafe(64))
AUDIT_MASTER_KEY = installation_key("audit-master-key", new_master_key)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
LM_MODE = "training"
DEMO_SIGN_IN = True
if env.text("DATABASE_URL", ""):  # another database than our own file has another log
    _name = Path(str(DATABASES["default"]["NAME"])).stem
    AUDIT_DIR = Path(env.text("LM_AUDIT_DIR", str(VAR_DIR / f"audit-{_name}")))
