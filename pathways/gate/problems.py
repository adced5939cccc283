"""What keeps a document from being read at all, as lines of the report: its shape, its names, its conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator

from pathways.content_files import LONGEST_MESSAGE, schema
from pathways.engine.problems import ContentProblems, Path, Problem
from pathways.engine.release import Release
from pathways.gate.places import place_of
from pathways.gate.report import Level, Line
from pathways.yaml_files import MOST_FAULTS

CONTENT = "content"


def unreadable_lines(error: ContentProblems, document: Mapping[str, Any]) -> Iterator[Line]:
    """Every problem, and what the schema finds at places where nothing else was found."""
    lines = [problem_line(problem, document) for problem in error.problems]
    yield from lines
    told = {(line.part, line.entry, line.details["field"]) for line in lines}
    for line in shape_lines(document):
        if (line.part, line.entry, line.details["field"]) not in told:
            yield line


def understood_line(release: Release) -> Line:
    alternatives = sum(len(rule.condition.alternatives) for rule in release.rules.values())
    text = (
        f"{len(release.rules)} rules with {alternatives} alternatives are understood: "
        "every name exists, and every number stands in a unit of its finding."
    )
    return Line(Level.PASSED, CONTENT, text)


def problem_line(problem: Problem, document: Mapping[str, Any]) -> Line:
    place = place_of(problem.path, document)
    message = problem.message.removeprefix(f"{place.entry.partition('/')[2]}: ") if place.entry else problem.message
    where = f" (line {problem.line}, column {problem.column})" if problem.line is not None else ""
    # A document without a place is a fault of the frame, which nobody edits: the sentence alone has to do.
    text = f"{place.words}: {message}{where}" if place.words else f"{message}{where}"
    details = {"field": place.field, "line": problem.line, "column": problem.column}
    return Line(Level.BLOCKING, CONTENT, text, place.part, place.entry, details)


def shape_lines(document: Mapping[str, Any]) -> Iterator[Line]:
    """What the schema of the content files refuses: fields that do not exist, values of another kind."""
    definitions = schema()["$defs"]
    for path, part, name in shaped_parts(document):
        if name not in definitions:
            continue
        validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})
        for error in islice(validator.iter_errors(part), MOST_FAULTS):
            here = place_of((*path, *error.absolute_path), document)
            text = f"{here.words}: {error.message[:LONGEST_MESSAGE]}"
            yield Line(Level.BLOCKING, CONTENT, text, here.part, here.entry, {"field": here.field})


def shaped_parts(document: Mapping[str, Any]) -> Iterator[tuple[Path, Any, str]]:
    yield ("vocabulary",), document.get("vocabulary"), "vocabulary"
    yield ("evidence",), document.get("evidence"), "evidence"
    if document.get("safeguards"):
        yield ("safeguards",), document["safeguards"], "safeguards"
    pathways = document.get("pathways")
    for number, pathway in enumerate(pathways if isinstance(pathways, list) else []):
        yield ("pathways", number), pathway, "pathway"
