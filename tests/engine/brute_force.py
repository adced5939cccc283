"""Fills every gap of a patient in every way, and says where an evaluator took back what it had settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from typing import Any

from tests.engine.documents import Document
from tests.engine.slow_evaluator import STRICTNESS, SlowEvaluation
from tests.engine.strategies import Record, answer, values

Evaluate = Callable[[Record], dict[str, Any]]


def gaps(document: Document, record: Record) -> list[str]:
    """The findings nobody recorded, and the recorded ones that do not count and overturn nothing.

    Recording an overturning finding a second time is a new event, not more knowledge about the first.
    """
    patient = SlowEvaluation(document, record)
    overturning = {term.finding for code in patient.findings for term in patient.overturners(code)}
    unused = set(patient.not_current()) - overturning
    return [code for code in patient.findings if code not in patient.recorded or code in unused]


def completions(document: Document, record: Record, days: tuple[int, ...] = (0,)) -> Iterator[Record]:
    """Every way to fill every gap, on every one of the days (so many days ago)."""
    as_of = date.fromisoformat(record["as_of"])
    findings = {finding["code"]: finding for finding in document["vocabulary"]["findings"]}
    open_codes = gaps(document, record)
    possible = [
        [answer(value, unit, ago, as_of) for value, unit in distinct(document, findings[code]) for ago in days]
        for code in open_codes
    ]
    for chosen in product(*possible):
        yield record | {"findings": record["findings"] | dict(zip(open_codes, chosen, strict=True))}


def distinct(document: Document, finding: Document) -> list[Any]:
    """The values that conditions can tell apart, in one unit only."""
    possible = values(document, finding)
    return [one for one in possible if one[1] == possible[0][1]]


def taken_back(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What was settled before and is otherwise after somebody recorded more."""
    found = [
        f"rule {key}: {result}, then {after['rules'][key]}"
        for key, result in before["rules"].items()
        if result != "unknown" and after["rules"][key] != result
    ]
    for code, verdict in before["verdicts"].items():
        later = after["verdicts"][code]
        if verdict["settled"] and (later["stance"] != verdict["stance"] or not later["settled"]):
            found.append(f"verdict {code}: settled {verdict['stance']}, then {later}")
        if STRICTNESS[later["stance"] or "note"] < STRICTNESS[verdict["stance"] or "note"]:
            found.append(f"verdict {code}: {verdict['stance']}, then the milder {later['stance']}")
    return found


def contradictions(
    document: Document, record: Record, evaluate: Evaluate, *, days: tuple[int, ...] = (0,), limit: int = 400
) -> list[str]:
    """What the evaluator takes back when every gap is filled in every way (the first `limit` of them)."""
    before = evaluate(record)
    found: list[str] = []
    for number, complete in enumerate(completions(document, record, days)):
        if number >= limit or found:
            break
        found += [f"{one}, having added {complete['findings']}" for one in taken_back(before, evaluate(complete))]
    return found
