"""The worked patients of the shipped content, as the JSON records that the command line takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pathways.engine.release import Release
from pathways.engine.safeguards import Case
from tests.shipped import shipped_content

SHIPPED = shipped_content()
CASES = tuple(SHIPPED.release.safeguards.cases.values())


def json_record(case: Case) -> dict[str, Any]:
    return {**case.record, "findings": {code: plain(value) for code, value in case.record["findings"].items()}}


def plain(value: Any) -> Any:
    """JSON has no exact decimals; those of the cases are short enough to be the same as floats."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return float(value) if isinstance(value, Decimal) else value


def expected_of(release: Release, case: Case) -> dict[str, Any]:
    """Interventions that are not listed have no stance and are settled."""
    listed = {code: {"stance": expected.stance, "settled": expected.settled} for code, expected in case.expect.items()}
    return {code: listed.get(code, {"stance": None, "settled": True}) for code in release.vocabulary.interventions}
