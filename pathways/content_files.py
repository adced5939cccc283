"""The file form of content: reads a folder of YAML into one release document, or says everything that is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from pathways.engine.problems import ContentProblems, Problem
from pathways.engine.release import FORMAT, Release, build_release
from pathways.yaml_files import Fault, YamlFile, read_yaml

SHIPPED = Path(__file__).parent / "content"
SCHEMA = SHIPPED / "schema.json"


class UnusableContent(ValueError):
    """The content files cannot be used; ``faults`` holds everything that is wrong, with file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.message))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Content:
    """A release document and the engine's release built from it."""

    document: dict[str, Any]
    release: Release


def load_content(folder: Path = SHIPPED) -> Content:
    """Read and check the content of a folder; raises UnusableContent."""
    frame = read_yaml(folder / "release.yaml", "release.yaml")
    faults = [*frame.faults, *schema_faults(frame, "release")]
    codes = pathway_codes(frame)
    vocabulary = read_yaml(folder / "vocabulary.yaml", "vocabulary.yaml")
    evidence = read_yaml(folder / "evidence.yaml", "evidence.yaml")
    pathways = [read_yaml(folder / "pathways" / f"{code}.yaml", f"pathways/{code}.yaml") for code in codes]
    files = [(vocabulary, "vocabulary"), (evidence, "evidence"), *((pathway, "pathway") for pathway in pathways)]
    for file, kind in files:
        faults += [*file.faults, *schema_faults(file, kind)]
    faults += misnamed(pathways, codes)
    document = {
        "format": FORMAT,
        "title": part(frame, "title"),
        "status": part(frame, "status"),
        "vocabulary": vocabulary.document if isinstance(vocabulary.document, dict) else {},
        "evidence": evidence.document if isinstance(evidence.document, dict) else {},
        "pathways": [file.document if isinstance(file.document, dict) else {} for file in pathways],
    }
    try:
        release = build_release(document)
    except ContentProblems as error:
        faults += [located(problem, vocabulary, evidence, pathways) for problem in error.problems]
    if faults:
        raise UnusableContent(faults)
    return Content(document, release)


def part(file: YamlFile, name: str) -> str:
    return str(file.document.get(name, "")) if isinstance(file.document, dict) else ""


def pathway_codes(frame: YamlFile) -> list[str]:
    """The pathways that the release names; only plain codes, so that no path leads out of the folder."""
    named = frame.document.get("pathways") if isinstance(frame.document, dict) else None
    return (
        [code for code in named if isinstance(code, str) and code.replace("-", "").isalnum()]
        if isinstance(named, list)
        else []
    )


def misnamed(pathways: list[YamlFile], codes: list[str]) -> list[Fault]:
    return [
        Fault(file.name, file.line_of(("code",)), f"The code must be that of the file: {code}.")
        for file, code in zip(pathways, codes, strict=True)
        if isinstance(file.document, dict) and file.document.get("code") != code
    ]


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the files, with one definition for each kind of file."""
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return loaded


def schema_faults(file: YamlFile, kind: str) -> list[Fault]:
    if file.document is None:
        return []
    validator = Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema()["$defs"]})
    return [
        Fault(file.name, file.line_of(tuple(error.absolute_path)), in_plain_words(error))
        for error in validator.iter_errors(file.document)
    ]


def in_plain_words(error: ValidationError) -> str:
    place = "/".join(str(step) for step in error.absolute_path)
    return f"{place}: {error.message[:300]}" if place else error.message[:300]


def located(problem: Problem, vocabulary: YamlFile, evidence: YamlFile, pathways: list[YamlFile]) -> Fault:
    """A problem of the document as a fault in the file it came from."""
    file, path = vocabulary, problem.path
    match problem.path:
        case ("vocabulary", *rest):
            path = tuple(rest)
        case ("evidence", *rest):
            file, path = evidence, tuple(rest)
        case ("pathways", int(number), *rest):
            file, path = pathways[number], tuple(rest)
    line = file.line_of(path)
    if problem.line is None:
        return Fault(file.name, line, problem.message)
    # A condition written as a block begins on the line after its key; one written on the key's line does not.
    inside = problem.line if "\n" in str(value_at(file.document, path)) else 0
    return Fault(file.name, line + inside, f"{problem.message} (line {problem.line}, column {problem.column})")


def value_at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return document
