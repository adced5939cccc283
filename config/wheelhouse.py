"""Packs what a hospital without internet installs: the application, every wheel, checksums, `./dev wheelhouse`."""

import argparse
import gzip
import hashlib
import shutil
import subprocess  # nosec B404
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from config import sbom

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = (
    "accounts/",
    "audit/",
    "config/",
    "deploy/",
    "docs/",
    "pathways/",
    "patients/",
    "static/",
    "templates/",
    "CHANGELOG.md",
    "GLOSSARY.md",
    "LICENSE",
    "README.md",
    "manage.py",
    "requirements.txt",
)
NEWEST_GLIBC, OLDEST_GLIBC = 36, 17  # 36 is that of Debian 12, which takes all wheels for older ones
NO_MORE_THAN = ("--only-binary=:all:", "--no-deps", "--require-hashes", "--disable-pip-version-check", "--no-input")


class NotPacked(Exception):
    """The sentence says what is missing."""


def tracked(root: Path) -> list[str]:
    """What belongs to the project: what git knows, and what is new and not ignored."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words  # nosec B603
    if listed.returncode != 0:
        raise NotPacked("git does not say which files belong to the project; pack from a checkout.")
    names = {name for name in listed.stdout.split("\0") if name}
    return sorted(name for name in names if is_shipped(name) and (root / name).is_file())


def is_shipped(name: str) -> bool:
    return name.startswith(tuple(one for one in SHIPPED if one.endswith("/"))) or name in SHIPPED


def copy_application(root: Path, into: Path) -> int:
    names = tracked(root)
    for name in names:
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target)
        target.chmod(0o755 if target.stat().st_mode & 0o100 else 0o644)
    return len(names)


def download_command(requirements: Path, into: Path, python: str | None) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", *NO_MORE_THAN, "-q", "-r", str(requirements), "-d", str(into)]
    if python is None:
        return command
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(NEWEST_GLIBC, OLDEST_GLIBC - 1, -1)]
    named = [word for one in (*platforms, "manylinux2014_x86_64") for word in ("--platform", one)]
    return [*command, "--python-version", python, "--implementation", "cp", *named]


def download(requirements: Path, into: Path, python: str | None) -> None:
    into.mkdir()
    command = download_command(requirements, into, python)
    done = subprocess.run(command, check=False)  # noqa: S603 -- our own words  # nosec B603
    if done.returncode != 0:
        raise NotPacked(
            "The wheels could not be fetched; the lines above say why. The package index has to be reachable."
        )


def write_checksums(folder: Path) -> int:
    """Of every file, in the form that sha256sum reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return len(files)


def pack(folder: Path, archive: Path) -> None:
    """The same files give the same bytes: no times, no owners."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime = member.uid = member.gid = 0
        member.uname = member.gname = "root"
        return member

    with (
        archive.open("wb") as raw,
        gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as written,
    ):
        for path in (folder, *sorted(folder.rglob("*"))):
            written.add(path, str(path.relative_to(folder.parent)), recursive=False, filter=plain)


def make(root: Path, archive_folder: Path, *, python: str | None) -> Path:
    bill = sbom.bill_of_materials(root)
    name = f"lm-pathways-{bill['metadata']['component']['version']}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / name
        copy_application(root, folder / "application")
        (folder / "sbom.cdx.json").write_text(sbom.printed(bill), encoding="utf-8")
        shutil.copy2(root / "deploy" / "install", folder / "install")
        download(root / "requirements.txt", folder / "wheels", python)
        write_checksums(folder)
        archive_folder.mkdir(exist_ok=True)
        pack(folder, archive_folder / f"{name}.tar.gz")
    return archive_folder / f"{name}.tar.gz"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev wheelhouse", description="Pack what installs without internet.")
    parser.add_argument(
        "--python", metavar="VERSION", help="of the hospital's machines, such as 3.11 (default: as here)"
    )
    given = parser.parse_args(arguments)
    try:
        archive = make(ROOT, ROOT / "var", python=given.python)
    except (NotPacked, sbom.NoBill) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    sys.stdout.write(f"{archive.relative_to(ROOT)}\nSHA-256 {digest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
