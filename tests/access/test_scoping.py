"""Rows of patients' records are reached through `visible_to` or a door that is named here with its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "audit", "config", "pathways", "patients")
FILES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts and path.parts[-2:-1] != ("models",)
]

# Rows that hang on a patient: the door, and why it opens nothing.
DOORS = {
    ("Patient", "visible_to"): "the wards of the person who asks, and what they opened by break-glass",
    ("Patient", "of_wards_of"): "visible_to without what was opened by break-glass",
    ("Patient", "opened_by"): "what the person opened by break-glass",
    ("Patient", "how_many_have"): "a number only; the practice patients of a person who has moved to another ward",
    ("Patient", "of_other_wards"): "break-glass alone: by exact identifier, and nothing of it is shown",
    ("Assessment", "visible_to"): "through the patient",
    ("Assessment", "drafts_without_identity"): "answers as plain values, and nothing that says whose they are",
    ("SignedPlan", "visible_to"): "through the patient",
    ("SignedPlan", "in_force_without_identity"): "answers as plain values, and nothing that says whose they are",
    ("SignedPlan", "to_be_replayed"): "for the command; of what stands in a body, only verdicts that differ are told",
    ("SignedPlan", "signed_without_identity"): "counted per rule and day, with nobody named",
    ("SignedPlan", "count_on_release"): "a number only",
    ("SignedPlan", "recalled"): "for a recall: auditors and privacy officers, against a reason, each patient recorded",
    ("Assessment", "count_on_release"): "a number only",
    ("Assessment", "recalled"): "as SignedPlan.recalled",
    ("Decision", "visible_to"): "through the patient",
    ("Decision", "standing_without_people"): "counted per verdict, with nobody named",
    ("ListedByPerson", "of_person"): "the person's own bookmarks; the patients are reached through Patient.objects",
    ("BreakGlassAccess", "open_for"): "the person's own accesses",
    ("BreakGlassAccess", "reviewed_by_officers"): "the queue of the privacy officers, who see identifiers only",
    ("BreakGlassAccess", "unreviewed"): "to be counted",
}
# Adding a row, and rows of an instance that was reached through a door.
WRITING = {"create", "bulk_create", "filter", "select_for_update"}
OWN_ROWS = {"Allergy", "PlanAddendum", "PlanWithdrawal", "SavedChange", "BreakGlassAccess"}
RECORDS = {"Patient", "ListedByPerson", "Assessment", "SignedPlan", "Decision", *OWN_ROWS}

# Doors that are not a manager's: what they may read, and why nobody sees it.
ELSEWHERE = {
    "patients/audit_lookups.py": "names of the patients in the log, for auditors; the reading itself names them",
    "patients/selectors/identified.py": "names for the audit viewer alone, which checks the permission first",
    "patients/services/demo_patients.py": "makes invented patients, and looks whether they are there already",
}
# SQL of our own, beside what the databases' backends and migrations do.
OWN_SQL = ("audit/", "bench/", "config/coverage.py", "pathways/selectors/search.py")
RAW = {"raw", "extra", "RawSQL", "_raw_delete"}
BACK_DOORS = {"_base_manager", "_default_manager", "everything"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def attributes(path: Path) -> tuple[tuple[ast.Attribute, ast.AST | None], ...]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return tuple((node, parents.get(node)) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def past_the_doors(path: Path) -> Iterator[str]:
    for node, parent in attributes(path):
        model = getattr(node.value, "id", "")
        if node.attr != "objects" or model not in RECORDS:
            continue
        then = parent.attr if isinstance(parent, ast.Attribute) else "nothing"
        if (model, then) not in DOORS and then != "create" and not (model in OWN_ROWS and then in WRITING):
            yield f"{path}:{node.lineno}: {model}.objects.{then}"


def by_the_back(path: Path) -> Iterator[str]:
    for node, _ in attributes(path):
        if node.attr in RAW | BACK_DOORS or (node.attr == "cursor" and "patients" in path.parts):
            yield f"{path}:{node.lineno}: .{node.attr}"


def of_a_ward(path: Path) -> Iterator[str]:
    """`ward.patients` would know nothing of who asks."""
    for node, _ in attributes(path):
        if node.attr == "patients" and isinstance(node.value, ast.Name | ast.Attribute):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id
            if "ward" in of.lower():
                yield f"{path}:{node.lineno}: {of}.patients"


def test_every_question_goes_through_a_named_door() -> None:
    assert not [line for path in FILES if named(path) not in ELSEWHERE for line in past_the_doors(path)]


def test_no_sql_of_our_own_and_no_back_door() -> None:
    assert not [line for path in FILES if not named(path).startswith(OWN_SQL) for line in by_the_back(path)]


def test_views_ask_selectors() -> None:
    views = [path for path in FILES if "views" in path.parts]
    assert len(views) > 10
    for path in views:
        assert not [node.lineno for node, _ in attributes(path) if node.attr in {"objects", "everything"}], named(path)
        assert "get_object_or_404" not in path.read_text(encoding="utf-8"), named(path)


def test_nobody_fetches_a_record_past_its_queryset() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"get_object_or_404", "get_list_or_404"}:
                assert getattr(node.args[0], "id", "") not in RECORDS, f"{named(path)}:{node.lineno}"


def test_no_ward_is_asked_for_its_patients() -> None:
    assert not [line for path in FILES for line in of_a_ward(path)]


def test_every_door_exists() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "patients" / "models").glob("*.py")}
    for _, door in DOORS:
        assert any(f"def {door}(" in source for source in sources.values()), door
    assert all((ROOT / path).exists() for path in ELSEWHERE)


def test_the_rules_find_what_they_look_for(tmp_path: Path) -> None:
    source = tmp_path / "bad.py"
    source.write_text("Patient.objects.filter(pk=1)\nward.patients.all()\nRelease.objects.raw('x')\n", encoding="utf-8")
    assert [line.partition(": ")[2] for line in past_the_doors(source)] == ["Patient.objects.filter"]
    assert [line.partition(": ")[2] for line in of_a_ward(source)] == ["ward.patients"]
    assert [line.partition(": ")[2] for line in by_the_back(source)] == [".raw"]
