"""Reads YAML with the line of every part, and without YAML's surprises: yes, no, on, off and dates stay text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pathways.engine.problems import Path as PartPath

INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
TRUTH_VALUES = {"true": True, "false": False}
MOST_DEPTH = 40
MOST_DIGITS = 18
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same result, faster where libyaml is built in


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in a file, at a line counted from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(slots=True)
class YamlFile:
    """A file's document, and the line at which each part of it begins."""

    name: str
    document: Any = None
    lines: dict[PartPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def line_of(self, path: PartPath) -> int:
        """The line of a part, or of the nearest part around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(file: Path, name: str) -> YamlFile:
    """Read a file as far as possible; what is wrong stands in ``faults``."""
    found = YamlFile(name)
    try:
        root = yaml.compose(file.read_text("utf-8"), Loader=LOADER)
    except FileNotFoundError:
        found.faults.append(Fault(name, 1, "The file is missing."))
        return found
    except UnicodeDecodeError:
        found.faults.append(Fault(name, 1, "The file is not UTF-8 text."))
        return found
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found.faults.append(Fault(name, mark.line + 1 if mark else 1, f"This is not YAML: {error.problem}."))
        return found
    except yaml.YAMLError as error:
        found.faults.append(Fault(name, 1, f"This is not YAML: {error}."))
        return found
    if root is None:
        found.faults.append(Fault(name, 1, "The file is empty."))
        return found
    found.document = construct(root, (), found)
    return found


def construct(node: yaml.Node, path: PartPath, found: YamlFile) -> Any:
    """A node as plain data. Aliases are refused with everything else that makes a file mean more than it shows."""
    line = node.start_mark.line + 1
    found.lines.setdefault(path, line)
    if len(path) > MOST_DEPTH:
        found.faults.append(Fault(found.name, line, "The file is nested too deeply."))
        return None
    if id(node) in found.seen:
        found.faults.append(Fault(found.name, line, "Anchors and aliases are not used here: write the part out."))
        return None
    found.seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return construct_mapping(node, path, found)
    if isinstance(node, yaml.SequenceNode):
        return [construct(entry, (*path, index), found) for index, entry in enumerate(node.value)]
    return scalar(node)


def construct_mapping(node: yaml.MappingNode, path: PartPath, found: YamlFile) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = str(key_node.value)
        if key in mapping:
            found.faults.append(
                Fault(
                    found.name,
                    line,
                    f"The key “{key}” stands twice; it stood before at line {found.lines[(*path, key)]}.",
                )
            )
            continue
        found.lines[(*path, key)] = line
        mapping[key] = construct(value_node, (*path, key), found)
    return mapping


def scalar(node: yaml.Node) -> str | int | bool | None:
    """Unquoted integers, true and false are themselves; an empty value is null; all else is text."""
    value = str(node.value)
    if getattr(node, "style", None):
        return value  # it stands in quotes or in a block
    if value == "":
        return None
    if value in TRUTH_VALUES:
        return TRUTH_VALUES[value]
    return int(value) if INTEGER.fullmatch(value) and len(value) <= MOST_DIGITS else value
