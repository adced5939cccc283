"""A clean Debian 12 with a secure shell, and the packages that the handbook installs, kept for a day."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

RELEASE = "bookworm"
# What an installer leaves on a machine that somebody looks after from elsewhere.
GIVEN = ",".join(
    (
        *("systemd", "systemd-sysv", "dbus", "libpam-systemd", "iproute2", "iputils-ping", "procps", "cron"),
        *("ca-certificates", "openssl", "curl", "openssh-server", "less", "nano"),
    )
)
POOL = "/srv/debian"
TOOLS = ("debootstrap", "systemd-nspawn", "nsenter", "ip", "chroot", "dpkg-scanpackages", "ssh-keygen")
APT = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "apt-get", "--yes", "-qq")


class CannotBuild(Exception):
    """This computer lacks something; the sentence says what."""


def missing_tools() -> list[str]:
    found = {tool: shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") for tool in TOOLS}
    return [tool for tool, place in found.items() if place is None]


def refuse_without_tools() -> None:
    if missing := missing_tools():
        raise CannotBuild(f"The handbook's drill needs {', '.join(missing)}.")
    if os.geteuid() != 0:
        raise CannotBuild("The handbook's drill makes machines, and so has to run as root.")


def called(command: Sequence[str | Path]) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotBuild(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout


def clean_debian(cache: Path, packages: Sequence[str]) -> tuple[Path, Path]:
    """The tree of a clean machine, and a folder with `packages` and all they need: the hospital's own mirror."""
    words = hashlib.sha256(" ".join([GIVEN, *sorted(packages)]).encode()).hexdigest()[:12]
    day = cache / f"{datetime.now(UTC):%Y-%m-%d}-{words}"
    cache.mkdir(parents=True, exist_ok=True)
    with only_one(cache / "lock"):
        if not (day / "ready").exists():
            for older in cache.glob("????-??-??-*"):
                shutil.rmtree(older)
            day.mkdir()
            build(day, packages)
            (day / "ready").touch()
    return day / "clean", day / "pool"


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(day: Path, packages: Sequence[str]) -> None:
    tree, pool = day / "clean", day / "pool"
    called(["debootstrap", "--variant=minbase", f"--include={GIVEN}", RELEASE, tree])
    called(["chroot", tree, "apt-get", "clean"])
    fetch(tree, day / "fetching", pool, packages)
    for name in ("machine-id", "hostname", "resolv.conf"):
        (tree / "etc" / name).write_text("")
    # Machines in a box lose nothing when this computer does; waiting for its disk after every file tells nothing.
    (tree / "etc/dpkg/dpkg.cfg.d/in-a-box").write_text("force-unsafe-io\n")
    # The one place a machine takes packages from once it is cut off.
    (tree / "etc/apt/sources.list").write_text(f"deb [trusted=yes] file:{POOL} ./\n")
    (tree / POOL.lstrip("/")).mkdir(parents=True)


def fetch(tree: Path, scratch: Path, pool: Path, packages: Sequence[str]) -> None:
    """Through the apt of a copy of the machine, with this computer's own sources."""
    called(["cp", "-a", "--reflink=auto", tree, scratch])
    for name in ("sources.list.d", "apt.conf.d", "trusted.gpg.d", "keyrings"):
        shutil.copytree(Path("/etc/apt") / name, scratch / "etc/apt" / name, dirs_exist_ok=True)
    keep_debian_only(scratch / "etc/apt")
    for name in ("resolv.conf", "hosts"):
        (scratch / "etc" / name).write_bytes((Path("/etc") / name).read_bytes())
    called(["chroot", scratch, *APT, "update"])
    called(["chroot", scratch, *APT, "install", "--download-only", *packages])
    pool.mkdir()
    for archive in (scratch / "var/cache/apt/archives").glob("*.deb"):
        archive.rename(pool / archive.name)
    listing = subprocess.run(["dpkg-scanpackages", "."], cwd=pool, capture_output=True, text=True, check=True)  # noqa: S607
    (pool / "Packages").write_text(listing.stdout)
    shutil.rmtree(scratch)


def keep_debian_only(apt: Path) -> None:
    """Sources of other makers on this computer are none of a clean machine's; keys and settings stay."""
    own = [path for path in (apt / "sources.list.d").iterdir() if "debian" in path.name]
    if own:
        (apt / "sources.list").write_text("")
    for path in (apt / "sources.list.d").iterdir():
        if path not in own:
            path.unlink()
