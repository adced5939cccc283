"""The handbook can be followed as it stands. `./dev drill handbook` types it; here is what shows without machines."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from drills.handbook import packages_of
from drills.handbook.carrying_out import FRAME
from drills.handbook.commands import (
    HANDBOOK,
    Commands,
    Moment,
    Shown,
    Unreadable,
    chapters,
    missing_lines,
    steps,
    steps_of,
)
from drills.handbook.moments import Reader

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
OWN_CODE = ("accounts", "audit", "config", "deploy", "pathways", "patients")
VARIABLE = re.compile(r"\b(LM_[A-Z_]+[A-Z]|DATABASE_URL)\b")
READ = re.compile(r"""["'](LM_[A-Z_]+[A-Z]|DATABASE_URL)["']""")
NOT_FOR_SETTING = {"LM_INSTANCE", "LM_SOCKETS"}  # set by units and tests, and for nobody to choose
MANAGE = re.compile(r"\blm-manage (?:--version \S+ )?(\w+) (\w+)")
UNIT = re.compile(r"\blm-pathways-[a-z-]+(?:@[0-9]?)?(?:\.(?:service|timer))?|\blm-pathways\.target")
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]+))?\)")


def text() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in chapters())


def commands() -> list[Commands]:
    return [step for step in steps() if isinstance(step, Commands)]


def test_every_chapter_stands_in_the_index_once() -> None:
    names = [path.name for path in chapters()]
    assert sorted(names) == sorted(path.name for path in HANDBOOK.glob("*.md") if path.name != "README.md")
    titles = [path.read_text(encoding="utf-8").partition("\n")[0] for path in chapters()]
    assert [title.partition(". ")[0] for title in titles] == [f"# {number}" for number in range(1, len(names) + 1)]


def test_every_block_can_be_run_or_says_why_not() -> None:
    assert len(commands()) >= 60
    shown = [step for step in steps() if isinstance(step, Shown)]
    assert 0 < len(shown) <= 3
    assert all(len(step.reason) > 20 for step in shown)


def test_the_drill_knows_what_happens_between_the_commands() -> None:
    named = {step.name for step in steps() if isinstance(step, Moment)}
    assert named == set(Reader(archive=Path("none")).moments())
    assert len(re.findall("^<!--", text(), re.MULTILINE)) == len([step for step in steps() if isinstance(step, Moment)])


def test_every_command_of_ours_exists() -> None:
    named = {found for step in commands() for found in MANAGE.findall(step.script)}
    assert {role for role, _ in named} == {"web", "sealer", "owner", "auditor"}
    assert {command for _, command in named} - set(get_commands()) == set()
    assert {"migrate", "backup", "verify_audit", "run_canaries", "first_account"} <= {command for _, command in named}


def test_every_unit_exists() -> None:
    there = {path.name for path in (DEPLOY / "systemd").iterdir() if path.is_file()}
    folders = {"lm-pathways-witness"}  # the witness's own, which has the name of its unit
    for name in set(UNIT.findall(text())) - folders:
        file = re.sub(r"@\d", "@", name)
        assert there & {file, f"{file}.service"}, name


def test_every_shipped_file_that_is_named_exists() -> None:
    named = set(re.findall(r"(?:current|\*|/)?/?\b(deploy/[\w./@-]+)", text()))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name.replace("$role", "web")).exists()] == []


def settable() -> set[str]:
    paths = [path for folder in OWN_CODE for path in (ROOT / folder).rglob("*.py")]
    return {name for path in paths for name in READ.findall(path.read_text(encoding="utf-8"))} - NOT_FOR_SETTING


def test_every_variable_that_the_program_reads_stands_in_the_table() -> None:
    table = (HANDBOOK / "configure.md").read_text(encoding="utf-8").partition("## All variables")[2]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert settable() - set(VARIABLE.findall(first_cells)) == set()


def test_every_variable_that_is_named_is_read() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    known = settable() | {name for path in files for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert set(VARIABLE.findall(text())) - known == set()


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_somewhere() -> None:
    for page in (HANDBOOK / "README.md", *chapters()):
        for file, anchor in LINK.findall(page.read_text(encoding="utf-8")):
            target = page.parent / file if file else page
            assert target.is_file(), f"{page.name}: {file}"
            assert not anchor or anchor in anchors(target), f"{page.name}: {file}#{anchor}"


def test_packages_are_those_the_handbook_installs() -> None:
    assert {"postgresql", "nginx-light", "python3-venv", "libpango-1.0-0", "rsync"} <= set(packages_of(steps()))
    assert not [name for name in packages_of(steps()) if not re.fullmatch(r"[a-z0-9.+-]+", name)]


def test_no_secret_is_written_out() -> None:
    scripts = "\n".join(step.script for step in commands())
    assert re.findall(r"(?i)password=(?!\$\()[^\s\"']", scripts) == []
    assert scripts.count("openssl rand") >= 4


# The installation is proved, and not only made. Safety: HZ-70


@pytest.mark.parametrize(
    ("chapter", "command", "expected"),
    [
        ("start.md", "check --deploy --database default --fail-level WARNING", "System check identified no issues"),
        ("start.md", "DELETE FROM audit_event", "permission denied"),
        ("start.md", "verify_audit --full", "intact"),
        ("https.md", "https://lm.hospital.example/accounts/sign-in/", "strict-transport-security"),
        ("https.md", "http://lm.hospital.example/", "308 Permanent Redirect"),
        ("witness.md", "systemctl is-active lm-pathways-witness", "active"),
        ("standby.md", "pg_stat_replication", "db2|streaming|sync"),
        ("fail-over.md", "current_setting('synchronous_standby_names') = ''", "t"),
    ],
    ids=["settings", "rights", "sealing", "tls", "no plain http", "witness", "synchronous", "no standby to wait for"],
)
def test_the_reader_sees_whether_the_installation_is_right(chapter: str, command: str, expected: str) -> None:
    wanted = [step for step in steps_of(HANDBOOK / chapter) if isinstance(step, Commands) and command in step.script]
    assert any(expected in line for step in wanted for line in step.expected)


def test_old_tls_is_tried_and_has_to_fail() -> None:
    tried = [step for step in commands() if "--tls-max 1.1" in step.script]
    assert [step.fails for step in tried] == [True]


# How blocks are read


def read(tmp_path: Path, page: str) -> list[object]:
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    return list(steps_of(tmp_path / "page.md"))


def test_a_block_says_where_and_what_to_expect(tmp_path: Path) -> None:
    page = "On `db2`, as root:\n\n```console db2 root within 30 s\nhostname\n```\n```output\ndb2\n```\n"
    (step,) = read(tmp_path, page)
    assert isinstance(step, Commands)
    assert (step.machine, step.script, step.expected, step.within) == ("db2", "hostname", ("db2",), 30)
    assert str(step.place) == "docs/handbook/page.md:3"


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("On `db3`:\n```console db3 root\ntrue\n```\n", "no machine db3"),
        ("On `db2`:\n```console db2 nobody\ntrue\n```\n", "with an account nobody"),
        ("Somewhere:\n```console db2 root\ntrue\n```\n", "the line in front of it"),
        ("On `app1`:\n```console db2 root\ntrue\n```\n", "the line in front of it"),
        ("On `db2`:\n```console db2 root quickly\ntrue\n```\n", "“quickly” is not understood"),
        ("On `db2`:\n```console db2 root\n\n```\n", "no command"),
        ("On `db2`:\n```sh\ntrue\n```\n", "neither where to run it"),
        ("On `db2`:\n```\ntrue\n```\n", "neither where to run it"),
        ("```output\ndb2\n```\n", "follows no commands"),
        ("On `db2`:\n```console db2 root\ntrue\n", "does not end"),
    ],
    ids=["machine", "account", "unsaid", "contradiction", "word", "empty", "no machine", "no word", "output", "open"],
)
def test_a_block_that_nobody_could_follow_is_refused(tmp_path: Path, page: str, problem: str) -> None:
    with pytest.raises(Unreadable, match=problem):
        read(tmp_path, page)


@pytest.mark.parametrize(
    ("expected", "missing"),
    [
        (["active", "inactive"], []),
        (["inactive", "active"], ["active"]),
        (["15 main … online"], []),
        (["…online…"], []),
        (["15 main … down"], ["15 main … down"]),
        (["…"], []),
        (["active."], ["active."]),
    ],
    ids=["in order", "other order", "anything between", "around", "absent", "anything", "no pattern"],
)
def test_expected_lines_come_in_their_order(expected: list[str], missing: list[str]) -> None:
    output = "15  main    5432 online\nactive (running)\ninactive\n"
    assert missing_lines(expected, output) == missing


def test_the_failing_line_is_named() -> None:
    script = f"{FRAME}true\nfalse | cat\ntrue\n"
    done = subprocess.run(
        ["bash", "-c", 'exec 9>&1; exec bash -c "$1"', "bash", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "line 2\n")
