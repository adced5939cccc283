"""The file form of content: reads a folder of YAML into one release document, or says everything that is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from pathways.engine.problems import KEY, ContentProblems, Problem
from pathways.engine.release import FORMAT, Release, build_release
from pathways.yaml_files import MOST_FAULTS, Fault, YamlFile, read_yaml

SHIPPED = Path(__file__).parent / "content"
SCHEMA = SHIPPED / "schema.json"
LONGEST_MESSAGE = 300  # a schema repeats what it refuses, however long that is


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


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a folder of content. A folder may be without safeguards."""

    frame: YamlFile
    codes: list[str]
    vocabulary: YamlFile
    evidence: YamlFile
    safeguards: YamlFile | None
    pathways: list[YamlFile]

    def with_kinds(self) -> list[tuple[YamlFile, str]]:
        """Each file with the definition of the schema that it follows."""
        shared = [(self.frame, "release"), (self.vocabulary, "vocabulary"), (self.evidence, "evidence")]
        safeguards = [(self.safeguards, "safeguards")] if self.safeguards else []
        return [*shared, *safeguards, *((pathway, "pathway") for pathway in self.pathways)]

    def document(self) -> dict[str, Any]:
        document = {
            "format": FORMAT,
            "title": part(self.frame, "title"),
            "status": part(self.frame, "status"),
            "vocabulary": mapping_in(self.vocabulary),
            "evidence": mapping_in(self.evidence),
            "pathways": [mapping_in(pathway) for pathway in self.pathways],
        }
        return document if self.safeguards is None else {**document, "safeguards": mapping_in(self.safeguards)}


def load_content(folder: Path = SHIPPED) -> Content:
    """Read and check the content of a folder; raises UnusableContent."""
    files = read_files(folder)
    faults = [fault for file, kind in files.with_kinds() for fault in (*file.faults, *schema_faults(file, kind))]
    faults += misnamed(files.pathways, files.codes)
    document = files.document()
    try:
        release = build_release(document)
    except ContentProblems as error:
        faults += [located(problem, files) for problem in error.problems]
    if faults:
        raise UnusableContent(faults)
    return Content(document, release)


def read_files(folder: Path) -> Files:
    def read(name: str) -> YamlFile:
        return read_yaml(folder / name, name)

    frame = read("release.yaml")
    codes = pathway_codes(frame)
    return Files(
        frame=frame,
        codes=codes,
        vocabulary=read("vocabulary.yaml"),
        evidence=read("evidence.yaml"),
        safeguards=read("safeguards.yaml") if (folder / "safeguards.yaml").exists() else None,
        pathways=[read(f"pathways/{code}.yaml") for code in codes],
    )


def mapping_in(file: YamlFile) -> dict[str, Any]:
    return file.document if isinstance(file.document, dict) else {}


def part(file: YamlFile, name: str) -> str:
    return str(mapping_in(file).get(name, ""))


def pathway_codes(frame: YamlFile) -> list[str]:
    """The pathways that the release names; only plain codes, so that no path leads out of the folder."""
    named = mapping_in(frame).get("pathways")
    return [code for code in named if isinstance(code, str) and KEY.fullmatch(code)] if isinstance(named, list) else []


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
        for error in islice(validator.iter_errors(file.document), MOST_FAULTS)
    ]


def in_plain_words(error: ValidationError) -> str:
    place = "/".join(str(step) for step in error.absolute_path)
    message = error.message[:LONGEST_MESSAGE]
    return f"{place}: {message}" if place else message


def located(problem: Problem, files: Files) -> Fault:
    """A problem of the document as a fault in the file it came from."""
    file, path = files.frame, problem.path
    match problem.path:
        case ("vocabulary", *rest):
            file, path = files.vocabulary, tuple(rest)
        case ("evidence", *rest):
            file, path = files.evidence, tuple(rest)
        case ("safeguards", *rest) if files.safeguards:
            file, path = files.safeguards, tuple(rest)
        case ("pathways", int(number), *rest):
            file, path = files.pathways[number], tuple(rest)
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
