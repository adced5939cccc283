"""Impact: whose verdict would change, from what to what, because of which rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pathways import impact
from pathways.content_files import load_content
from pathways.engine.release import Release, build_release
from pathways.impact import impact_of_candidate
from tests.stored_records import SOMEBODY, Stored


def milder(document: dict[str, Any]) -> Release:
    """With another stance where the pressure is raised."""
    changed = json.loads(json.dumps(document))
    rules = [rule for pathway in changed["pathways"] for rule in pathway["rules"]]
    next(rule for rule in rules if rule["key"] == "safe-it-pressure")["stance"] = "consider"
    return build_release(changed)


def tried(*records: Stored, ticks: list[int] | None = None) -> dict[str, Any]:
    content = load_content()
    found = impact_of_candidate(
        records,
        before=content.release,
        own=lambda _: content.release,
        after=milder(content.document),
        tick=([] if ticks is None else ticks).append,
    )
    return found.to_json()


def test_whose_verdict_changes_from_what_to_what_because_of_which_rule() -> None:
    ticks: list[int] = []
    found = tried(Stored("yes"), Stored("no"), Stored("yes", kind="signed plan"), ticks=ticks)
    assert found["records"] == {"draft": 2, "signed plan": 1}
    assert found["changed_records"] == {"draft": 1, "signed plan": 1}
    assert found["changed_verdicts"] == 2
    change = found["changes"][0]
    assert (change["kind"], change["id"]) == ("draft", str(SOMEBODY))
    assert change["intervention"] == "intrathecal_chemotherapy"
    assert change["from"]["stance"] == "discuss"
    assert change["to"]["stance"] != "discuss"
    assert change["rules"] == ["safe-it-pressure"]
    assert found["counts"][0]["count"] == 2
    assert ticks == [1, 2, 3]


def test_the_list_ends_and_the_counts_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact, "MOST_LISTED", 3)
    found = tried(*[Stored("yes")] * 5)
    assert (len(found["changes"]), found["changed_verdicts"], found["not_listed"]) == (3, 5, 2)
