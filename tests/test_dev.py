"""./dev: one clear sentence instead of a traceback."""

import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def dev(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "dev"), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A checkout of which nothing is installed yet."""
    for name in ("dev", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_alone_it_lists_every_command() -> None:
    done = dev()
    assert done.returncode == 0
    assert re.findall(r"^  \./dev (\w+)", done.stdout, re.MULTILINE) == [
        "run",
        "test",
        "fuzz",
        "check",
        "drill",
        "bench",
        "sbom",
        "wheelhouse",
        "manage",
    ]


def test_an_unknown_command_is_answered_with_the_list() -> None:
    done = dev("deploy")
    assert done.returncode == 2
    assert done.stderr.startswith("There is no command 'deploy'.")
    assert "./dev run" in done.stderr


def test_a_busy_port_is_one_clear_sentence(busy_port: int) -> None:
    done = dev("run", "--port", str(busy_port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"Port {busy_port} is not free" in done.stderr
    assert f"--port {busy_port + 1}" in done.stderr


def test_an_impossible_port(busy_port: int) -> None:
    done = dev("run", "--port", "70000")
    assert (done.returncode, done.stderr.strip()) == (1, "70000 is no port; ports go from 1 to 65535.")


def test_a_missing_venv_module_is_one_clear_sentence(fresh: Path) -> None:
    (fresh / "shadow").mkdir()
    (fresh / "shadow" / "venv.py").write_text("raise ModuleNotFoundError(\"No module named 'ensurepip'\")\n")
    done = dev("manage", "check", folder=fresh, PYTHONPATH=str(fresh / "shadow"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip().splitlines()[-1] == (
        "Python's venv module is missing here. Install it (Debian, Ubuntu: apt install python3-venv)."
    )
    assert not (fresh / ".venv").exists()


def test_an_old_python_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = runpy.run_path(str(ROOT / "dev"), run_name="dev")
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert commands["main"](["run"]) == 1
    assert capsys.readouterr().err.startswith("LM Pathways needs Python 3.11 or newer")


@pytest.mark.parametrize(("which", "name"), [("worker_command", "db_worker"), ("sealer_command", "seal_audit")])
def test_what_runs_beside_the_server_is_a_command_that_exists(which: str, name: str) -> None:
    _python, *command = runpy.run_path(str(ROOT / "dev"), run_name="dev")[which]()
    done = subprocess.run(
        [sys.executable, *command, "--help"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert name in command


def test_ci_runs_the_three_commands() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("./dev check\n./dev test\n./dev drill --quick")
