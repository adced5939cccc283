"""The scripts of an installation: whose settings a command gets, what is refused, and that switching can go back."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import wheelhouse

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def copied(name: str, folder: Path, **changes: str) -> Path:
    """A script with other places in it, and nothing else changed."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for there, here in {"/opt/lm-pathways": f"{folder}/opt", "/etc/": f"{folder}/etc/", **changes}.items():
        assert there in text, there
        text = text.replace(there, here)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


class TestManage:
    @pytest.fixture
    def manage(self, tmp_path: Path) -> Path:
        """`deploy/run` shows what it was started with; nobody becomes another account."""
        for version in ("current", "0.9.0"):
            program(tmp_path / "opt" / version / "deploy" / "run", f'echo "{version}: $*"; env')
        (tmp_path / "etc/lm-pathways").mkdir(parents=True)
        changes = {'[ "$(id -u)" -eq 0 ]': "true", 'exec setpriv --reuid="lm-$role"': 'exec env "as=lm-$role"'}
        path = copied("lm-manage", tmp_path, **changes)
        text = path.read_text(encoding="utf-8")
        left_out = ' --regid="lm-$role" --init-groups --inh-caps=-all --no-new-privs'
        assert left_out in text
        path.write_text(text.replace(left_out, ""), encoding="utf-8")
        return path

    def settings(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "etc/lm-pathways/web.env").write_text(text, encoding="utf-8")

    def test_a_command_gets_the_settings_of_its_account_literally(self, manage: Path, tmp_path: Path) -> None:
        url = "postgresql://lm_app:a$HOME`id`%25@app1:5432,db2:5432/lm?target_session_attrs=read-write&sslmode=require"
        self.settings(tmp_path, f"# words\n\nDATABASE_URL={url}\nLM_MODE='training'\nLM_ALLOWED_HOSTS=\"a.example\"\n")
        done = run(manage, "web", "check", "--deploy", LM_MODE="live", SECRET="of the caller")
        lines = done.stdout.splitlines()
        assert lines[0] == "current: python manage.py check --deploy"
        assert {f"DATABASE_URL={url}", "LM_MODE=training", "LM_ALLOWED_HOSTS=a.example", "as=lm-web"} <= set(lines)
        assert "of the caller" not in done.stdout

    def test_another_version_can_be_asked(self, manage: Path, tmp_path: Path) -> None:
        self.settings(tmp_path, "LM_MODE=training")
        done = run(manage, "--version", "0.9.0", "web", "migrate", "--check")
        assert done.stdout.startswith("0.9.0: python manage.py migrate --check\n")

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["web"], "write: lm-manage"),
            (["root", "shell"], "there is no role 'root'"),
            (["sealer", "check"], "sealer.env is missing"),
            (["--version", "7.7.7", "web", "check"], "7.7.7 is missing"),
        ],
        ids=["no command", "no such role", "no settings", "no such version"],
    )
    def test_what_is_wrong_is_said(self, manage: Path, tmp_path: Path, words: list[str], told: str) -> None:
        self.settings(tmp_path, "LM_MODE=training\n")
        done = run(manage, *words)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr

    def test_a_line_that_is_no_setting_stops_it(self, manage: Path, tmp_path: Path) -> None:
        self.settings(tmp_path, "LM_MODE=training\nexport LM_X=1\n")
        done = run(manage, "web", "check")
        assert (done.returncode, "no NAME=VALUE" in done.stderr) == (2, True)

    def test_blanks_and_quotes_are_taken_as_systemd_takes_them(self, manage: Path, tmp_path: Path) -> None:
        self.settings(
            tmp_path, "LM_A=  in the middle\t \nLM_B=' kept '\nLM_C='a\\b'\nLM_D=in\"side\nLM_E=\nLM_F=\"a'b\"\n"
        )
        lines = run(manage, "web", "check").stdout.splitlines()
        expected = {"LM_A=in the middle", "LM_B= kept ", "LM_C=a\\b", 'LM_D=in"side', "LM_E=", "LM_F=a'b"}
        assert expected <= set(lines)

    @pytest.mark.parametrize("value", ["a\\b", '"a\\"b"', '"a"b', '"a" "b"', "'a", '"'])
    def test_what_systemd_would_read_otherwise_stops_it(self, manage: Path, tmp_path: Path, value: str) -> None:
        """The server and a command would use two passwords, and one of them would be wrong."""
        self.settings(tmp_path, f"LM_MODE=training\nLM_X={value}\n")
        done = run(manage, "web", "check")
        assert (done.returncode, "LM_X" in done.stderr, value in done.stderr) == (2, True, False), done.stderr

    @pytest.mark.parametrize("version", ["../../home", "0.9.0/../../x", ".", "", "current/deploy"])
    def test_a_version_is_no_path(self, manage: Path, tmp_path: Path, version: str) -> None:
        """Whoever is let run it by sudo gets the programs of the installation, and no others."""
        program(tmp_path / "home/deploy/run", "echo of somebody else")
        program(tmp_path / "opt/deploy/run", "echo of somebody else")
        (tmp_path / "x").symlink_to("home")
        self.settings(tmp_path, "LM_MODE=training\n")
        done = run(manage, "--version", version, "web", "check")
        assert (done.returncode, "is no version" in done.stderr, done.stdout) == (2, True, ""), done.stderr

    def test_only_root_may(self) -> None:
        text = (DEPLOY / "lm-manage").read_text(encoding="utf-8")
        assert text.index('[ "$(id -u)" -eq 0 ]') < text.index('<"$settings"')


class TestSwitch:
    @pytest.fixture
    def machine(self, tmp_path: Path) -> Path:
        """Two versions, of which 0.4.0 is in use; systemd's programs only note that they were called."""
        tools = tmp_path / "tools"
        for name in ("systemd-sysusers", "systemd-tmpfiles", "getent"):
            program(tools / name, "true")
        program(tools / "id", "echo 0")
        program(
            tools / "systemctl",
            f'echo "$*" >>{tmp_path}/called\n'
            f'[ "$1" = restart ] || exit 0; cd {tmp_path}/opt/current\n'
            '[ ! -e broken ] && [ ! -e "broken_at_${2#*@}" ] && [ ! -e "broken_${2#lm-pathways-}" ]',
        )
        for version in ("0.4.0", "0.5.0"):
            here = tmp_path / "opt" / version
            shutil.copytree(DEPLOY, here / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
            copied("switch", tmp_path, **{"/usr/local/sbin": f"{tmp_path}/sbin"}).rename(here / "deploy" / "switch")
            program(here / "deploy" / "lm-manage", f'echo "lm-manage $*" >>{tmp_path}/called; [ ! -e {here}/behind ]')
            program(here / ".venv/bin/gunicorn", "true")
        (tmp_path / "etc/lm-pathways").mkdir(parents=True)
        (tmp_path / "sbin").mkdir()
        return tmp_path

    def switch(self, machine: Path, version: str) -> subprocess.CompletedProcess[str]:
        path = f"{machine}/tools:{os.environ['PATH']}"
        return run(machine / "opt" / version / "deploy" / "switch", PATH=path)

    def current(self, machine: Path) -> str:
        return str((machine / "opt/current").readlink())

    def called(self, machine: Path) -> list[str]:
        lines = (machine / "called").read_text(encoding="utf-8").splitlines()
        (machine / "called").unlink()
        return [line for line in lines if not line.startswith("is-active")]

    def configured(self, machine: Path) -> None:
        self.switch(machine, "0.4.0")
        (machine / "etc/lm-pathways/web.env").write_text("LM_MODE=training\n")
        (machine / "called").unlink()

    def test_one_instance_after_the_other_and_back_again(self, machine: Path) -> None:
        self.configured(machine)
        done = self.switch(machine, "0.5.0")
        assert (done.returncode, self.current(machine)) == (0, "0.5.0"), done.stderr
        assert "before: 0.4.0" in done.stdout
        assert self.called(machine) == [
            "lm-manage --version 0.5.0 web migrate --check",
            "daemon-reload",
            "restart lm-pathways-web@1",
            "restart lm-pathways-web@2",
            "restart lm-pathways-worker",
            "restart lm-pathways-sealer",
        ]
        assert (machine / "etc/systemd/system/lm-pathways-.service.d/hardening.conf").exists()
        assert self.switch(machine, "0.4.0").returncode == 0
        assert self.current(machine) == "0.4.0"

    def test_a_version_that_does_not_start_never_reaches_the_second_instance(self, machine: Path) -> None:
        self.configured(machine)
        (machine / "opt/0.5.0/broken").touch()
        done = self.switch(machine, "0.5.0")
        assert (done.returncode, self.current(machine)) == (1, "0.4.0")
        assert "0.4.0 is in use again" in done.stderr
        assert "restart lm-pathways-web@2" not in self.called(machine)

    def test_what_fails_at_the_second_instance_is_taken_back_from_the_first(self, machine: Path) -> None:
        """Else two versions would go on side by side, and the message would say one."""
        self.configured(machine)
        (machine / "opt/0.4.0/deploy/systemd/lm-pathways-worker.service").write_text("# of 0.4.0\n")
        (machine / "opt/0.5.0/broken_at_2").touch()
        done = self.switch(machine, "0.5.0")
        assert (done.returncode, self.current(machine)) == (1, "0.4.0")
        assert "instance 2 did not start" in done.stderr
        assert "0.4.0 is in use again" in done.stderr
        assert self.called(machine)[2:] == [
            "restart lm-pathways-web@1",
            "restart lm-pathways-web@2",
            "daemon-reload",
            "restart lm-pathways-web@1",
            "restart lm-pathways-web@2",
        ]
        assert (machine / "etc/systemd/system/lm-pathways-worker.service").read_text() == "# of 0.4.0\n"

    def test_it_is_not_said_that_the_old_version_runs_when_it_does_not(self, machine: Path) -> None:
        self.configured(machine)
        for version in ("0.4.0", "0.5.0"):
            (machine / "opt" / version / "broken").touch()
        done = self.switch(machine, "0.5.0")
        assert done.returncode == 1
        assert "is in use again" not in done.stderr
        assert "0.4.0 does not start either" in done.stderr

    def test_a_worker_that_does_not_start_is_said(self, machine: Path) -> None:
        self.configured(machine)
        (machine / "opt/0.5.0/broken_worker").touch()
        done = self.switch(machine, "0.5.0")
        assert done.returncode == 1
        assert "lm-pathways-worker" in done.stderr
        assert "restart lm-pathways-sealer" in self.called(machine), "the log is sealed nevertheless"

    def test_two_at_once_do_not_mix(self, machine: Path) -> None:
        self.configured(machine)
        with (machine / "opt/.switching").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            done = self.switch(machine, "0.5.0")
        assert (done.returncode, self.current(machine)) == (1, "0.4.0")
        assert "another switch" in done.stderr

    def test_not_before_its_migrations_have_run(self, machine: Path) -> None:
        self.configured(machine)
        (machine / "opt/0.5.0/behind").touch()
        done = self.switch(machine, "0.5.0")
        assert (done.returncode, self.current(machine)) == (1, "0.4.0")
        assert "lm-manage --version 0.5.0 owner migrate" in done.stderr

    def test_half_an_installation_is_not_used(self, machine: Path) -> None:
        (machine / "opt/0.5.0/.venv/bin/gunicorn").unlink()
        done = self.switch(machine, "0.5.0")
        assert (done.returncode, "not a whole installation" in done.stderr) == (1, True)
        assert not (machine / "opt/current").exists()


class TestInstall:
    @pytest.fixture
    def archive(self, tmp_path: Path) -> Path:
        folder = tmp_path / "lm-pathways-0.0.1"
        (folder / "application").mkdir(parents=True)
        (folder / "application" / "CHANGELOG.md").write_text("## 0.0.1 (1 January 2026)\n")
        shutil.copy(DEPLOY / "install", folder / "install")
        wheelhouse.write_checksums(folder)
        return folder

    @pytest.mark.parametrize(
        ("file", "told"),
        [("application/CHANGELOG.md", "not those that were packed"), ("application/new.py", "were not packed: appl")],
        ids=["altered", "added"],
    )
    def test_files_that_were_not_packed_so_are_not_installed(
        self, archive: Path, tmp_path: Path, file: str, told: str
    ) -> None:
        with (archive / file).open("a") as opened:
            opened.write("x\n")
        done = run(archive / "install", "--to", tmp_path / "opt")
        assert (done.returncode, told in done.stderr) == (1, True), done.stderr
        assert not (tmp_path / "opt").exists()

    def test_a_link_that_was_not_packed_is_not_installed(self, archive: Path, tmp_path: Path) -> None:
        (archive / "application" / "sitecustomize.py").symlink_to("/etc/hostname")
        done = run(archive / "install", "--to", tmp_path / "opt")
        assert (done.returncode, "were not packed: application/site" in done.stderr) == (1, True), done.stderr

    def test_nothing_is_left_of_an_installation_that_failed(self, archive: Path, tmp_path: Path) -> None:
        program(tmp_path / "python", "exit 1")
        done = run(archive / "install", "--to", tmp_path / "opt", "--python", tmp_path / "python")
        assert (done.returncode, "environment could not be made" in done.stderr) == (1, True), done.stderr
        assert not (tmp_path / "opt/0.0.1").exists()

    def test_what_is_there_is_not_overwritten(self, archive: Path, tmp_path: Path) -> None:
        (tmp_path / "opt/0.0.1").mkdir(parents=True)
        done = run(archive / "install", "--to", tmp_path / "opt")
        assert (done.returncode, "is there already" in done.stderr) == (1, True)


class TestReady:
    @pytest.fixture
    def folder(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="lm-") as name:
            yield Path(name)

    def test_the_proxy_sees_the_socket_once_the_server_answers(self, folder: Path) -> None:
        waiting = subprocess.Popen([sys.executable, str(DEPLOY / "web-ready"), str(folder / "web-1")])
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(folder / "web-1.server"))
            server.listen()
            server.settimeout(20)
            for answer in (b"HTTP/1.1 500 X\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"):
                connection, _ = server.accept()
                assert connection.recv(100).startswith(b"GET /healthz ")
                assert not (folder / "web-1.sock").is_symlink()
                connection.sendall(answer)
                connection.close()
            assert waiting.wait(timeout=20) == 0
        assert (folder / "web-1.sock").readlink() == Path("web-1.server")

    def test_why_a_service_ended_is_told_unless_it_was_asked_to(self) -> None:
        ended = run(DEPLOY / "say-why", "lm-pathways-worker.service", SERVICE_RESULT="signal", EXIT_STATUS="KILL")
        assert ended.stderr.startswith("<2>ALARM: lm-pathways-worker.service ended by itself (signal, KILL)")
        assert run(DEPLOY / "say-why", "x", SERVICE_RESULT="success").stderr == ""


def test_a_program_runs_by_the_real_path_of_its_version(tmp_path: Path) -> None:
    """What `current` points at later has no effect on it."""
    version = tmp_path / "0.4.0"
    (version / "deploy").mkdir(parents=True)
    shutil.copy(DEPLOY / "run", version / "deploy" / "run")
    program(version / ".venv/bin/show", 'echo "$0 in $(pwd) with $*"')
    (tmp_path / "current").symlink_to("0.4.0")
    done = run(tmp_path / "current/deploy/run", "show", "a b", "c")
    assert done.stdout == f"{version}/.venv/bin/show in {version} with a b c\n"
