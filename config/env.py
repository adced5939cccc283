"""Typed reading of environment variables; an error says which variable is wrong and what to write instead."""

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})

PLACE = re.compile(r"\[?(?P<host>(?<=\[)[^\]]+(?=\])|(?<!\[)[^:\[\]]*)\]?(?::(?P<port>\d*))?")
DEFAULT_PORT = "5432"
TAKES_WRITES = frozenset({"read-write", "primary"})
# How long a connection may take to be made, and to be found dead when the other machine has lost its power: without
# the last four, a request would wait for minutes. What the URL says wins.
PATIENCE: dict[str, object] = {
    "connect_timeout": 2,  # seconds, for each server
    "tcp_user_timeout": 5_000,  # milliseconds without an acknowledgement
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


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
    scheme, _, rest = url.partition(":")
    if scheme == "sqlite":
        return sqlite(Path(unquote(urlsplit(rest).path)))
    if scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name} begins with {scheme!r}; write postgresql://user:password@host:5432/database "
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
    """The URL may name several servers, of which one takes writes: after a fail-over it is another one."""
    parts = urlsplit(url)
    options: dict[str, object] = {**PATIENCE, **dict(parse_qsl(parts.query))}
    credentials, _, places = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    hosts, ports = servers_in(places)
    host, port = str(options.pop("host", None) or hosts), str(options.pop("port", None) or ports)
    if "," in host and options.setdefault("target_session_attrs", "read-write") not in TAKES_WRITES:
        raise ValueError("with several servers, target_session_attrs has to be read-write")
    return {
        "ENGINE": "audit.database.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django must not keep them a second time
        "CONN_HEALTH_CHECKS": True,  # the pool lends no connection of a server that has gone
        "OPTIONS": options,
    }


def servers_in(places: str) -> tuple[str, str]:
    """Hosts and ports as libpq takes them: `a:5432,b` becomes `a,b` and `5432,5432`."""
    found = [PLACE.fullmatch(place) for place in places.split(",")]
    servers = [(unquote(one["host"]), one["port"] or "") for one in found if one]
    if len(servers) != len(found):
        raise ValueError(f"{places!r} is no list of servers such as app1:5432,db2:5432")
    hosts = ",".join(host for host, _ in servers)
    ports = ",".join(port or DEFAULT_PORT for _, port in servers)
    return hosts, ports if any(port for _, port in servers) else ""
