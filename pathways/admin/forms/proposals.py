"""What the guidance says now of an invented patient, to be offered as the advice that should be given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pathways.engine.cases import evaluate_case
from pathways.engine.observations import BadFinding
from pathways.engine.problems import ContentProblems
from pathways.engine.read_safeguards import exact
from pathways.engine.release import build_release
from pathways.engine.safeguards import Case


class CannotSay(Exception):
    """The guidance cannot be evaluated for this patient; the message says why."""


def verdicts_now(document: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Per intervention the stance and whether it is settled, as cases write them; raises CannotSay."""
    try:
        release = build_release({**document, "safeguards": {}})
    except ContentProblems as error:
        raise CannotSay(f"The guidance has a fault and says nothing yet: {error.problems[0].message}") from error
    vocabulary = release.vocabulary
    record = {
        "id": "proposed",
        "as_of": case.get("as_of"),
        "findings": {code: exact(value, code, vocabulary) for code, value in case["findings"].items()},
    }
    try:
        evaluation = evaluate_case(release, Case("proposed", "", record))
    except BadFinding as error:
        raise CannotSay(error.message) from error
    return {
        code: {"stance": verdict.stance.value if verdict.stance else None, "settled": verdict.settled}
        for code, verdict in evaluation.verdicts.items()
    }
