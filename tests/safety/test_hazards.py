"""The clinical safety file: it is whole, what it names as proof exists, and a run without that proof fails."""

import ast
import copy
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from pathways.safety import Control, Estimate, Hazard, Kind, SafetyFile, safety_file
from pathways.safety.hazards import LIKELIHOODS, SEVERITIES, problems_of, safety_file_path
from pathways.safety.written import pages
from tests.outcomes import belongs_to, unproved

ROOT = Path(settings.BASE_DIR)
WRITTEN: dict[str, Any] = yaml.safe_load(safety_file_path().read_text(encoding="utf-8"))
APPLICATIONS = ("accounts", "audit", "config", "pathways", "patients", "static", "templates")


def test_the_file_is_whole() -> None:
    assert problems_of(WRITTEN) == []
    assert len(safety_file().hazards) >= 34


@cache
def names_in(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.is_file() or not path.name.startswith("test_"):
        return frozenset()
    functions = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef))
    return frozenset(one.name for one in functions if one.name.startswith("test_"))


@pytest.mark.parametrize("link", safety_file().proofs)
def test_what_proves_a_control_is_a_test_that_is_collected(link: str) -> None:
    file, _, name = link.partition("::")
    assert file.startswith("tests/")
    assert names_in(file), f"There is no file of tests {file}."
    assert not name or name in names_in(file), f"{file} has no test {name}."


def test_every_number_in_the_code_is_in_the_file() -> None:
    known = {hazard.number for hazard in safety_file().hazards}
    paths = [
        path for name in APPLICATIONS for path in (ROOT / name).rglob("*") if path.suffix in {".py", ".js", ".html"}
    ]
    named = {number for path in paths for number in re.findall(r"HZ-\d+", path.read_text(encoding="utf-8"))}
    assert named
    assert named <= known


def test_the_risk_matrix() -> None:
    """DCB0129: the corners, the middle, and never less risk for more likelihood or severity."""
    risks = [[Estimate(likely, severe).risk for severe in SEVERITIES] for likely in LIKELIHOODS]
    assert (risks[0][0], risks[0][4], risks[2][2], risks[4][0], risks[4][4]) == (1, 3, 3, 3, 5)
    for row in risks:
        assert row == sorted(row)
    for column in zip(*risks, strict=True):
        assert list(column) == sorted(column)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda one: one.pop("effect"), "a hazard has"),
        (lambda one: one.update(owner=""), "owner is empty"),
        (lambda one: one["initial"].update(likelihood="often"), "likelihood is one of"),
        (lambda one: one["residual"].update(severity="bad"), "severity is one of"),
        (lambda one: one.update(initial={"likelihood": "very low", "severity": "minor"}), "greater than"),
        (lambda one: one.update(status="closed"), "status is one of"),
        (lambda one: one["controls"][0].pop("proof"), "proved by at least one test"),
        (lambda one: one["controls"][0].update(kind="open"), "cannot be proved by a test"),
        (lambda one: one["controls"][0].update(kind="wish"), "kind is one of"),
        (lambda one: one["controls"].append({"text": "Later", "kind": "open"}), "open exactly while"),
        (lambda one: one.update(number="HZ-99"), "out of order"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_wrong_is_said(change: Any, problem: str) -> None:
    written = copy.deepcopy(WRITTEN)
    change(written["hazards"][0])
    found = problems_of(written)
    assert any(problem in sentence for sentence in found), found


def test_the_pages_are_up_to_date() -> None:
    call_command("safety_case", "--check", verbosity=0)


def test_a_page_that_is_not_up_to_date_is_named(tmp_path: Path, settings: Any) -> None:
    for name in ("CHANGELOG.md", "requirements.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "docs" / "safety").mkdir(parents=True)
    (tmp_path / "docs" / "safety" / "hazards.yaml").write_bytes(safety_file_path().read_bytes())
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match=r"hazard-log\.md, safety-case\.md"):
        call_command("safety_case", "--check")
    call_command("safety_case", verbosity=0)
    call_command("safety_case", "--check", verbosity=0)


def test_the_safety_case_says_everything() -> None:
    case = pages(safety_file())[Path("docs/safety/safety-case.md")]
    for hazard in safety_file().hazards:
        assert f"### {hazard.number}: {hazard.title}" in case
        for control in hazard.controls:
            assert control.text in case
    for heading in ("Intended use", "Scope", "Estimates", "Residual risk", "Open items"):
        assert f"## {heading}" in case


# A hazard without a green test fails the run

FILE = SafetyFile(
    intended_use=("x",),
    scope=("x",),
    estimates="x",
    hazards=(
        Hazard(
            number="HZ-1",
            title="x",
            causes=("x",),
            effect="x",
            initial=Estimate("low", "minor"),
            controls=(
                Control("Control", Kind.BUILT, ("tests/test_a.py::test_one", "tests/browser/test_b.py")),
                Control("Later", Kind.OPEN, ()),
            ),
            residual=Estimate("low", "minor"),
            owner="x",
            status="open",
        ),
    ),
)
GREEN = {"tests/test_a.py::test_one[x]": "passed", "tests/browser/test_b.py::test_two": "passed"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, ""),
        ({"tests/test_a.py::test_one[x]": "failed"}, "tests/test_a.py::test_one failed"),
        ({"tests/test_a.py::test_one[y]": "skipped"}, "tests/test_a.py::test_one was skipped"),
        ({"tests/browser/test_b.py::Class::test_three": "failed"}, "tests/browser/test_b.py failed"),
        ({"tests/test_a.py::test_one_more": "failed"}, ""),
    ],
)
def test_a_control_whose_tests_are_not_green(change: dict[str, str], problem: str) -> None:
    found = unproved(FILE, GREEN | change)
    assert found == ([f"HZ-1, Control: {problem}."] if problem else [])


def test_a_control_whose_tests_were_not_run() -> None:
    assert len(unproved(FILE, {})) == 2
    assert len(unproved(FILE, {}, elsewhere=("tests/browser/",))) == 1


def test_which_tests_a_link_means() -> None:
    assert belongs_to("tests/test_a.py::Class::test_one[a::b]", "tests/test_a.py::test_one")
    assert not belongs_to("tests/test_ab.py::test_one", "tests/test_a.py")


INNER = """
from types import SimpleNamespace
import pytest
from tests import conftest
from tests.safety.test_hazards import FILE

conftest.safety_file = lambda: FILE
outcomes, pytest_runtest_logreport = conftest.outcomes, conftest.pytest_runtest_logreport
pytest_sessionfinish, pytest_terminal_summary = conftest.pytest_sessionfinish, conftest.pytest_terminal_summary
"""


@pytest.mark.parametrize(("body", "status"), [("assert True", 0), ("import pytest; pytest.skip()", 1)])
def test_the_whole_run_fails_without_a_green_test(tmp_path: Path, body: str, status: int) -> None:
    """A project of its own, run by two processes: all that is not green in it is one skipped test."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\naddopts = -p no:cacheprovider\n")
    browser = tmp_path / "tests" / "browser"
    browser.mkdir(parents=True)
    (tmp_path / "tests" / "test_a.py").write_text(f"def test_one():\n    {body}\n")
    (browser / "test_b.py").write_text("def test_two():\n    assert True\n")
    (tmp_path / "conftest.py").write_text(INNER)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "--rootdir", str(tmp_path), "-c", str(tmp_path / "pytest.ini")],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "config.settings.test", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert (
        "Hazard without a green test: HZ-1, Control: tests/test_a.py::test_one was skipped." in done.stdout
    ) is bool(status)
