"""./dev wheelhouse: what is packed is what belongs to the project, and the same files give the same archive."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from config import sbom, wheelhouse
from config.wheelhouse import NotPacked

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for name, text in {
        "CHANGELOG.md": "## 9.8.7 (1 January 2026)\n",
        "manage.py": "",
        "requirements.txt": "",
        "config/new.py": "",
        "deploy/install": "",
        "tests/test_x.py": "",
        "var/secret-key": "secret",
        "config/__pycache__/x.pyc": "",
        ".gitignore": "var/\n__pycache__/\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "deploy/install").chmod(0o755)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def test_what_belongs_to_the_application_is_packed_and_no_secret(checkout: Path) -> None:
    assert wheelhouse.tracked(checkout) == [
        "CHANGELOG.md",
        "config/new.py",
        "deploy/install",
        "manage.py",
        "requirements.txt",
    ]


def test_all_that_runs_is_shipped() -> None:
    """Every application and every folder that settings name."""
    shipped = {one.rstrip("/") for one in wheelhouse.SHIPPED}
    assert {"accounts", "audit", "config", "pathways", "patients", "static", "templates", "manage.py"} <= shipped
    assert {"requirements.txt", "CHANGELOG.md", "deploy"} <= shipped
    assert not {"tests", "bench", "drills", "dev", "var"} & shipped
    assert all((ROOT / one).exists() for one in shipped)


def test_outside_of_a_checkout_nothing_is_packed(tmp_path: Path) -> None:
    with pytest.raises(NotPacked, match="git does not say"):
        wheelhouse.tracked(tmp_path)


def test_wheels_are_those_with_the_pinned_hashes_and_nothing_is_built(tmp_path: Path) -> None:
    command = wheelhouse.download_command(tmp_path / "requirements.txt", tmp_path / "wheels", None)
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--require-hashes", "--only-binary=:all:", "--no-deps"} <= set(command)
    other = wheelhouse.download_command(tmp_path / "requirements.txt", tmp_path / "wheels", "3.12")
    assert other[other.index("--python-version") + 1] == "3.12"
    assert "manylinux_2_36_x86_64" in other


def test_the_archive_is_whole_and_the_same_every_time(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(requirements: Path, into: Path, python: str | None) -> None:
        into.mkdir()
        (into / "a-1-py3-none-any.whl").write_bytes(b"wheel")

    monkeypatch.setattr(wheelhouse, "download", fetched)
    bill = {"metadata": {"component": {"version": "9.8.7"}}, "components": []}
    monkeypatch.setattr(sbom, "bill_of_materials", lambda _: bill)
    archive = wheelhouse.make(checkout, tmp_path / "first", python=None)
    assert archive.name == "lm-pathways-9.8.7.tar.gz"
    again = wheelhouse.make(checkout, tmp_path / "second", python=None)
    assert hashlib.sha256(archive.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest()
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "unpacked", filter="data")
    folder = tmp_path / "unpacked" / "lm-pathways-9.8.7"
    assert sorted(path.name for path in folder.iterdir()) == [
        "SHA256SUMS",
        "application",
        "install",
        "sbom.cdx.json",
        "wheels",
    ]
    assert (folder / "install").stat().st_mode & 0o111
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_a_download_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheelhouse, "download_command", lambda *_: ["false"])
    with pytest.raises(NotPacked, match="package index"):
        wheelhouse.download(tmp_path / "requirements.txt", tmp_path / "wheels", None)
