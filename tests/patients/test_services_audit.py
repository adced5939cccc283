"""Every transaction of a service writes exactly one event: one act, one line in the log."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICES = Path(__file__).resolve().parents[2] / "patients" / "services"


def transactions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(SERVICES.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any("atomic" in ast.unparse(one) for one in node.decorator_list):
                yield f"{path.stem}.{node.name}", node


FOUND = dict(transactions())


def test_the_services_are_these() -> None:
    assert set(FOUND) == {
        "addenda.add_addendum",
        "answers.confirm_unchanged",
        "answers.withdraw_finding",
        "break_glass._open",
        "break_glass._record_refusal",
        "break_glass.end_access",
        "break_glass.record_asking",
        "break_glass.record_looking",
        "break_glass.review_access",
        "closing.adopt_release",
        "closing.discard_assessment",
        "decisions.decide",
        "demo_patients._make",
        "own_list.add_to_own_list",
        "own_list.remove_from_own_list",
        "drafts._save",
        "patients._add",
        "patients._edit",
        "plan_details.save_plan_details",
        "plans._sign",
        "plans.withdraw_plan",
        "practice._start",
        "reading.record_reading",
        "recalls.record_recall",
        "replays.record_replays",
        "start.start_assessment",
        "unavailable.record_incident",
        "unavailable.record_sign_refused",
    }


@pytest.mark.parametrize("name", sorted(FOUND))
def test_one_event_each_by_keyword_who_acts(name: str) -> None:
    function = FOUND[name]
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    events = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "record"]
    assert len(events) == 1
    assert "by" in {argument.arg for argument in function.args.kwonlyargs}
