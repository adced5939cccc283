"""Writes a release document as a folder of YAML: the same document is always the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathways.content_files import schema
from pathways.engine.problems import KEY
from pathways.yaml_writer import Layout, Unwritable, to_yaml

LAYOUT = Layout(
    line_by_line=frozenset({"asked_when", "scope", "when"}),
    one_line_lists=frozenset({"interventions", "options", "units"}),
    one_line_mappings=frozenset({"expect", "findings"}),
)
HEADINGS = {
    "release": "Content that is in force together; the order of the pathways is the order of the advice.",
    "vocabulary": (
        "The findings in the order of the form, what is derived from them, and the interventions.\n"
        "Every `valid_days` is local policy, not taken from the source articles: a hospital sets its own."
    ),
    "evidence": "What the rules rest on: sources, statements in our own words, cautions, notes, questions and hazards.",
    "safeguards": (
        "What the guidance promises about every possible patient, and invented patients with their verdicts.\n"
        "An intervention that is not listed under `expect` has no stance and is settled."
    ),
    "pathway": "A condition holds where one of its lines holds; in a line, every term must hold.",
}
SHARED = ("vocabulary", "evidence", "safeguards")
LEFT_ALONE = ("schema.json",)


class ForeignFiles(ValueError):
    """The folder holds something that is no content file, so that it is not written to."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"The folder holds what is no content file: {', '.join(names)}.")


def file_texts(document: Mapping[str, Any]) -> dict[str, str]:
    """The text of each file by its name in the folder; raises Unwritable."""
    codes = [pathway.get("code") for pathway in document["pathways"]]
    for code in codes:
        if not isinstance(code, str) or not KEY.fullmatch(code):
            raise Unwritable(f"{str(code)[:80]!r} is no name for a pathway.")
    frame = {"title": document["title"], "status": document["status"], "pathways": codes}
    order = Ordering.of(document)
    texts = {"release.yaml": file_text(frame, "release", order)}
    for name in SHARED:
        if name in document:
            texts[f"{name}.yaml"] = file_text(document[name], name, order)
    for code, pathway in zip(codes, document["pathways"], strict=True):
        texts[f"pathways/{code}.yaml"] = file_text(pathway, "pathway", order)
    return texts


def file_text(part: Mapping[str, Any], kind: str, order: Ordering) -> str:
    definition = schema()["$defs"][kind]
    return to_yaml(order.ordered(part, definition, codes=()), LAYOUT, heading=HEADINGS[kind])


@dataclass(frozen=True, slots=True)
class Ordering:
    """The order in which fields are written: that of the schema; where a field's name is a code, that of the codes."""

    codes: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Ordering:
        vocabulary = document["vocabulary"]
        rules = [rule for pathway in document["pathways"] for rule in pathway.get("rules") or []]
        return cls(
            {
                "findings": names_in(vocabulary.get("findings"), "code"),
                "expect": names_in(vocabulary.get("interventions"), "code"),
                "expect_rules": names_in(rules, "key"),
            }
        )

    def ordered(self, part: Any, definition: Mapping[str, Any], *, codes: Sequence[str]) -> Any:
        definition = resolved(definition, part)
        if isinstance(part, list):
            return [self.ordered(entry, definition.get("items", {}), codes=()) for entry in part]
        if not isinstance(part, Mapping):
            return part
        properties: Mapping[str, Any] = definition.get("properties", {})
        others = definition.get("additionalProperties")
        positions = {name: position for position, name in enumerate((*properties, *codes))}
        names = sorted(part, key=lambda name: (positions.get(name, len(positions)), name))
        return {
            name: self.ordered(
                part[name],
                properties.get(name, others if isinstance(others, Mapping) else {}),
                codes=self.codes_below(name, part),
            )
            for name in names
        }

    def codes_below(self, name: str, part: Mapping[str, Any]) -> Sequence[str]:
        """The order of the fields of the mapping ``name``, where their names are codes."""
        if name == "places":
            return [key for key in part.get("references") or [] if isinstance(key, str)]
        return self.codes.get(name, ())


def names_in(entries: Any, name: str) -> list[str]:
    return [str(entry.get(name)) for entry in entries or [] if isinstance(entry, Mapping)]


def resolved(definition: Mapping[str, Any], part: Any) -> Mapping[str, Any]:
    """The definition itself where it refers to another; of several, the one for a mapping or for a value."""
    if "$ref" in definition:
        found: Mapping[str, Any] = schema()["$defs"][definition["$ref"].rpartition("/")[2]]
        return resolved(found, part)
    if "anyOf" in definition and isinstance(part, Mapping):
        return next((one for one in definition["anyOf"] if one.get("type") == "object"), definition)
    return definition


def write_content(document: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    """Write the files of a document into a folder and take away content files that it has not; returns the names.

    Raises Unwritable or ForeignFiles before anything is changed.
    """
    texts = file_texts(document)
    earlier = content_files_in(folder)
    (folder / "pathways").mkdir(parents=True, exist_ok=True)
    staged = {name: folder / f"{name}.new" for name in texts}
    try:
        for name, path in staged.items():
            path.write_text(texts[name], "utf-8", newline="\n")
        for name, path in staged.items():
            path.replace(folder / name)
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)
    for name in earlier:
        if name not in texts:
            (folder / name).unlink()
    return tuple(texts)


def content_files_in(folder: Path) -> list[str]:
    """The content files of a folder; raises ForeignFiles. Hidden files and the schema are left alone."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise ForeignFiles([folder.name])
    names = [path.relative_to(folder).as_posix() for path in folder.glob("*") if path.name not in LEFT_ALONE]
    names += [path.relative_to(folder).as_posix() for path in folder.glob("pathways/*")]
    names = sorted(name for name in names if not name.startswith(".") and name != "pathways")
    known = {"release.yaml", *(f"{name}.yaml" for name in SHARED)}
    foreign = [name for name in names if name not in known and not is_pathway_file(name)]
    if foreign:
        raise ForeignFiles(foreign)
    return names


def is_pathway_file(name: str) -> bool:
    return name.startswith("pathways/") and name.endswith(".yaml")
