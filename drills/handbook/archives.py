"""The archive of `./dev wheelhouse`, and one like it with the next version's number: something to update to."""

import hashlib
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from drills.handbook.images import CannotBuild

ROOT = Path(__file__).resolve().parent.parent.parent
DEBIANS_PYTHON = "3.11"
HEADING = re.compile(r"^## (\d+)\.(\d+)\.(\d+)", re.MULTILINE)


def pack() -> Path:
    """As the handbook says, from this checkout."""
    command = [sys.executable, "-m", "config.wheelhouse", "--python", DEBIANS_PYTHON]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotBuild(f"./dev wheelhouse failed: {done.stderr.strip()[-800:]}")
    return ROOT / done.stdout.splitlines()[0]


def next_version(archive: Path, scratch: Path) -> Path:
    """The same program, which calls itself one patch newer."""
    with tarfile.open(archive) as packed:
        packed.extractall(scratch, filter="data")
    (folder,) = scratch.iterdir()
    log = folder / "application/CHANGELOG.md"
    text = log.read_text(encoding="utf-8")
    found = HEADING.search(text)
    if found is None:
        raise CannotBuild("CHANGELOG.md names no version.")
    version = f"{found[1]}.{found[2]}.{int(found[3]) + 1}"
    log.write_text(f"{text[: found.start()]}## {version}\n\n- Nothing.\n\n{text[found.start() :]}", encoding="utf-8")
    amend_checksum(folder / "SHA256SUMS", log, "application/CHANGELOG.md")
    newer = scratch / f"lm-pathways-{version}.tar.gz"
    named = folder.rename(folder.with_name(f"lm-pathways-{version}"))
    with tarfile.open(newer, "w:gz", compresslevel=1) as packed:
        packed.add(named, named.name)
    return newer


def amend_checksum(sums: Path, file: Path, name: str) -> None:
    lines = sums.read_text(encoding="utf-8").splitlines()
    fresh = f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}"
    sums.write_text("\n".join(fresh if line.endswith(f"  {name}") else line for line in lines) + "\n", encoding="utf-8")
