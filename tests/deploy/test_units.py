"""The units of systemd: accepted without a word, closed to what they do not need, and agreeing with each other."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir() if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
TIMERS = [name for name in UNITS if name.endswith(".timer")]
MOST_EXPOSED = 20  # tenths: systemd's own estimate goes from 0 to 100, and a service without any limits has 92 to 96
LONG_RUNNING = ("lm-pathways-web@", "lm-pathways-worker", "lm-pathways-sealer", "lm-pathways-witness")


def started_as(name: str) -> str:
    return name.replace("@.", "@1.")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root folder with systemd's own units, ours, and the programs that ours call."""
    root = tmp_path_factory.mktemp("machine")
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    (root / "lib").symlink_to("usr/lib")
    shutil.copytree(DEPLOY / "systemd", root / "etc/systemd/system")
    ours = root / "opt/lm-pathways/current/deploy"
    ours.mkdir(parents=True)
    for name in ("run", "say-why"):
        shutil.copy(DEPLOY / name, ours / name)
    (root / "usr/bin").mkdir()
    for name in ("rm", "sleep", "echo"):
        shutil.copy(f"/usr/bin/{name}", root / "usr/bin" / name)
    return root


def analyze(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words, f"--root={root}"], capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_accepts_every_unit_without_a_word(machine: Path) -> None:
    done = analyze(machine, "verify", "--man=no", *map(started_as, UNITS))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("KillMode=mixed", "KillMode=mixxed"), ("deploy/run gunicorn", "deploy/no gunicorn"), ("[Service]", "[Servise]")],
    ids=["a word", "a program", "a section"],
)
def test_it_would_say_a_mistake(machine: Path, right: str, wrong: str) -> None:
    unit = machine / "etc/systemd/system/lm-pathways-web@.service"
    text = unit.read_text(encoding="utf-8")
    unit.write_text(text.replace(right, wrong), encoding="utf-8")
    done = analyze(machine, "verify", "--man=no", "lm-pathways-web@1.service")
    unit.write_text(text, encoding="utf-8")
    assert right in text
    assert done.stderr


def test_services_are_closed_to_what_they_do_not_need(machine: Path) -> None:
    done = analyze(machine, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", *map(started_as, SERVICES))
    assert done.returncode == 0, re.findall("→ Overall.*", done.stdout)
    assert len(re.findall("→ Overall", done.stdout)) == len(SERVICES)


def test_without_what_they_share_they_would_be_open(machine: Path, tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "systemd" / "lm-pathways-worker.service", tmp_path / "open-worker.service")
    done = analyze(
        machine, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(tmp_path / "open-worker.service")
    )
    assert done.returncode != 0


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """Words may stand more than once, each time adding to what stood before."""
    sections: dict[str, dict[str, list[str]]] = {}
    current: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        elif "=" in line and not line.startswith("#"):
            word, _, value = line.partition("=")
            current.setdefault(word, []).append(value)
    return sections


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_ends_by_itself_is_told(name: str) -> None:
    service = unit(name)
    if name.startswith(LONG_RUNNING):
        assert "/opt/lm-pathways/current/deploy/say-why %n" in service["Service"]["ExecStopPost"]
        assert service["Service"]["Restart"] == ["always"]
        assert service["Unit"]["StartLimitIntervalSec"] == ["0"]  # it is never given up
    elif name != "lm-pathways-alarm@.service":
        assert service["Unit"]["OnFailure"] == ["lm-pathways-alarm@%p.service"]
        assert service["Service"]["TimeoutStartSec"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_under_its_own_account_and_within_limits(name: str) -> None:
    service = unit(name)["Service"]
    for word in ("MemoryMax", "TasksMax", "UMask"):
        assert service[word], word
    if name == "lm-pathways-alarm@.service":
        assert service["DynamicUser"] == ["yes"]
        return
    role = service["User"][0]
    assert role in accounts()
    assert service["EnvironmentFile"] == [f"/etc/lm-pathways/{role.removeprefix('lm-')}.env"]
    assert (DEPLOY / "environment" / f"{role.removeprefix('lm-')}.env").exists()


def accounts() -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in (DEPLOY / "sysusers.d").iterdir())
    return set(re.findall(r"^u (\S+)", text, re.MULTILINE))


def test_the_sealer_has_its_account_for_itself() -> None:
    users = {name: unit(name)["Service"].get("User") for name in SERVICES}
    assert [name for name, user in users.items() if user == ["lm-sealer"]] == ["lm-pathways-sealer.service"]
    assert unit("lm-pathways-sealer.service")["Service"]["RestartPreventExitStatus"] == ["2 4"]  # for a person to see


def test_only_what_is_needed_can_be_written() -> None:
    writable = {name: unit(name)["Service"].get("ReadWritePaths", []) for name in SERVICES}
    assert {name: paths for name, paths in writable.items() if paths} == {
        "lm-pathways-backup.service": ["/var/backups/lm-pathways"],
        "lm-pathways-sealer.service": ["/var/lib/lm-pathways/audit"],
        "lm-pathways-verify-full.service": ["/var/lib/lm-pathways/audit"],
        "lm-pathways-verify.service": ["/var/lib/lm-pathways/audit"],
        "lm-pathways-web@.service": ["/run/lm-pathways"],
    }


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_belongs_to_the_target_and_makes_up_for_what_was_missed(name: str) -> None:
    timer = unit(name)
    assert timer["Timer"]["Persistent"] == ["yes"]
    assert timer["Timer"]["RandomizedDelaySec"]
    assert name.replace(".timer", ".service") in SERVICES
    assert name in " ".join(unit("lm-pathways.target")["Unit"]["Wants"])


def test_the_target_starts_all_but_the_witness() -> None:
    wanted = set(" ".join(unit("lm-pathways.target")["Unit"]["Wants"]).split())
    by_timer = {name.replace(".timer", ".service") for name in TIMERS}
    rest = {*SERVICES} - by_timer - {"lm-pathways-web@.service", "lm-pathways-alarm@.service"}
    assert wanted == {*TIMERS, *rest, "lm-pathways-web@1.service", "lm-pathways-web@2.service"} - {
        "lm-pathways-witness.service"
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_command_exists(name: str) -> None:
    """What is started is a command of ours or of a library, by the name that manage.py knows."""
    from django.core.management import get_commands

    for line in unit(name)["Service"]["ExecStart"]:
        if found := re.search(r"manage\.py (\S+)", line):
            assert found.group(1) in get_commands(), line


def test_a_server_has_time_to_finish_what_it_began() -> None:
    settings = (DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8")
    (graceful,) = re.findall(r"^graceful_timeout = (\d+)", settings, re.MULTILINE)
    service = unit("lm-pathways-web@.service")["Service"]
    assert int(service["TimeoutStopSec"][0]) > int(graceful) + 5
    assert service["KillMode"] == ["mixed"]  # SIGTERM to the arbiter alone, which lets the others finish


def test_folders_and_accounts_agree() -> None:
    text = (DEPLOY / "tmpfiles.d" / "lm-pathways.conf").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    assert {line[3] for line in lines} <= {*accounts(), "root"}
    modes = {line[1]: line[2] for line in lines}
    assert modes["/run/lm-pathways"] == "0750"  # for the server and the proxy alone
    assert modes["/var/backups/lm-pathways"] == "0700"
