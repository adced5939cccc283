"""The page that lists what may go wrong with the live form names a test for each line, and every such test."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs/reference/form-faults.md").read_text(encoding="utf-8")
RISKS = 13
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in functions if name.startswith("test_"))


def test_the_risks_are_numbered_through() -> None:
    assert [number for number, *_ in ROWS] == [str(number) for number in range(1, RISKS + 1)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"risk {row[0]}")
def test_each_risk_has_tests_that_exist_and_one_of_them_in_a_browser(row: tuple[str, ...]) -> None:
    found = NAMED.findall(row[3])
    assert any(file.startswith("tests/browser/") for file, _ in found)
    for file, name in found:
        assert name in names_in(file), f"{file}::{name}"


def test_every_test_of_the_live_form_under_faults_stands_on_the_page() -> None:
    named = set(NAMED.findall(PAGE))
    for path in sorted((ROOT / "tests/browser").glob("test_live_form_*.py")):
        file = str(path.relative_to(ROOT))
        assert {(file, name) for name in names_in(file)} <= named, file
