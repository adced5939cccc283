"""Typed reading of environment variables; an error says which variable is wrong and what to write instead."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class Unset:
    """Marks a variable without a default, because None and "" are defaults somebody may want."""


UNSET = Unset()


def text(name: str, default: str | Unset = UNSET) -> str:
    value = os.environ.get(name, "")
    if value:
        return value
    if isinstance(default, Unset):
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment of the application.")
    return default


def choice(name: str, choices: tuple[str, ...], default: str | Unset = UNSET) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; it has to be one of: {', '.join(choices)}.")
    return value


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write true or false.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.") from error


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or list(default)


def secret(name: str, file_name: str) -> str:
    """The secret itself from `name`, or the first line of the file that `file_name` points at."""
    path = os.environ.get(file_name, "")
    if not path:
        return os.environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{file_name} names {path}, which cannot be read: {error.strerror}.") from error


def database(name: str, default_file: Path) -> dict[str, object]:
    """Django's settings for the database that the URL in `name` describes; without one, a SQLite file."""
    url = os.environ.get(name, "")
    if not url:
        return sqlite(default_file)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name} begins with {parts.scheme!r}; write postgresql://user:password@host:5432/database "
            "or sqlite:///path/to/file."
        )
    try:
        return postgresql(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error}. Special characters need %-escapes.") from error


def sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "audit.database.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 20,
            # A deferred transaction that later wants to write fails at once instead of waiting its turn.
            "transaction_mode": "IMMEDIATE",
            # FULL: an acknowledged save survives a power cut. recursive_triggers: without it
            # INSERT OR REPLACE deletes rows behind the append-only triggers' back.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON"
            ),
        },
    }


def postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options: dict[str, object] = {"connect_timeout": 5, **dict(parse_qsl(parts.query))}
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "audit.database.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django must not keep them a second time
        "OPTIONS": options,
    }
