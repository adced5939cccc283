"""PostgreSQL's own programs: found in the right version, and told the password without showing it to others."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from django.db import connection
from psycopg import conninfo, pq

from audit.backup.manifest import CopyFailed

DEBIAN = Path("/usr/lib/postgresql")
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
LONGEST_ERROR = 400


def found(program: str, server: int) -> str:
    """Of the server's own major version, or else a newer one. Raises CopyFailed."""
    versions = _versions(program)
    fitting = [path for path, version in versions.items() if version >= server]
    if fitting:
        return min(fitting, key=lambda path: versions[path])
    others = ", ".join(f"{path} is of version {version}" for path, version in versions.items())
    raise CopyFailed(
        f"{program} of PostgreSQL {server} is needed, like the server, or a newer one"
        f"{f'; {others}' if others else ', and there is none here'}. Debian: apt install postgresql-client-{server}"
    )


def newest(program: str) -> str:
    """For reading: it understands what older ones have written. Raises CopyFailed."""
    versions = _versions(program)
    if not versions:
        raise CopyFailed(f"{program} is needed, and there is none here. Debian: apt install postgresql-client")
    return max(versions, key=lambda path: versions[path])


def _versions(program: str) -> dict[str, int]:
    given = shutil.which(program)
    candidates = [str(path) for path in DEBIAN.glob(f"*/bin/{program}")] + ([given] if given else [])
    return {path: _version(path) for path in candidates}


def _version(path: str) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        return 0
    version = VERSION.search(said)
    return int(version[1]) if version else 0


def server_version() -> int:
    """The major version of the server we are connected to."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10000


def reach() -> tuple[str, dict[str, str]]:
    """The address of the very server we are connected to, and the environment that holds the password."""
    connection.ensure_connection()
    info = connection.connection.info
    # What DATABASE_URL says, and not all that the driver knows: its library may be newer than that of the programs.
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    given = connection.get_connection_params()
    parameters = {name: str(value) for name, value in given.items() if name in known and "password" not in name}
    if "hostaddr" in parameters:
        parameters["hostaddr"] = info.hostaddr
    address = conninfo.make_conninfo("", **{**parameters, "host": info.host, "port": str(info.port)})
    secret = {"PGPASSWORD": info.password} if info.password else {}
    return address, {**os.environ, **secret, "LC_MESSAGES": "C"}


def carried_out(command: Sequence[str], environment: Mapping[str, str], *, output: IO[bytes] | None = None) -> None:
    """Raises CopyFailed with what the program says. What it makes is for our account alone."""
    done = subprocess.run(  # noqa: S603
        list(command), env=dict(environment), stdout=output, stderr=subprocess.PIPE, umask=0o077, check=False
    )
    if done.returncode != 0:
        raise CopyFailed(f"{Path(command[0]).name} failed: {first_error(done.stderr)}")


def first_error(said: bytes) -> str:
    """One line, because the ones behind it may repeat what stands in a row."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    telling = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (telling or lines or ["it does not say why"])[0].strip()[:LONGEST_ERROR]
