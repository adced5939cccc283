"""Runs the engine on a JSON record, as the command line does, and says where it and the slow evaluator disagree."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pathways.engine.evaluation import Evaluation, evaluate
from pathways.engine.records import evaluate_record, read_line, read_record
from pathways.engine.release import Release, build_release
from tests.engine.documents import Document
from tests.engine.strategies import Record

Evaluate = Callable[[Record], dict[str, Any]]


def engine_for(document: Document) -> Evaluate:
    """An evaluator of records, with the document built once."""
    return evaluator_of(build_release(document))


def evaluator_of(release: Release) -> Evaluate:
    def output(record: Record) -> dict[str, Any]:
        return evaluate_record(release, read_line(json.dumps(record)))

    return output


def evaluation_of(release: Release, record: Record) -> Evaluation:
    """The engine's own result for a JSON record."""
    read = read_record(release, read_line(json.dumps(record)))
    return evaluate(release, read.observations, read.as_of)


def differences(slow: dict[str, Any], fast: dict[str, Any]) -> list[str]:
    """Where two output records disagree; sentences are compared only where the slow evaluator spells them out."""
    found = [] if slow["id"] == fast["id"] else [f"id: {fast['id']!r}"]
    for part in ("verdicts", "rules"):
        if set(slow[part]) != set(fast[part]):
            found.append(f"{part}: only in one of them: {set(slow[part]) ^ set(fast[part])}")
        for key, expected in slow[part].items():
            if fast[part].get(key) != expected:
                found.append(f"{key}: slow {expected}, engine {fast[part].get(key)}")
    if set(slow["not_current"]) != set(fast["not_current"]):
        found.append(f"not_current: slow {sorted(slow['not_current'])}, engine {sorted(fast['not_current'])}")
    for code, sentence in slow["not_current"].items():
        if sentence and fast["not_current"].get(code, "").replace(" day ", " days ") != sentence:
            found.append(f"not_current {code}: slow {sentence!r}, engine {fast['not_current'].get(code)!r}")
    return found
