"""Reads YAML with the line of every part, and without YAML's surprises: yes, no, on, off and dates stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pathways.engine.plain_text import in_words, unseen_in
from pathways.engine.problems import Path as PartPath

INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
CONSTANTS = {"": None, "null": None, "true": True, "false": False}
MOST_BYTES = 2_000_000
MOST_DEPTH = 40
MOST_DIGITS = 18
MOST_FAULTS = 200
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the same events, faster where libyaml is built in


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

    def line_of(self, path: PartPath) -> int:
        """The line of a part, or of the nearest part around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


class Unreadable(Exception):
    """Reading ends here."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(message)


def read_yaml(file: Path, name: str) -> YamlFile:
    """Read a file as far as possible; what is wrong stands in ``faults``."""
    found = YamlFile(name)
    try:
        text = text_of(file)
    except Unreadable as error:
        found.faults.append(Fault(name, error.line, error.message))
        return found
    return read_text(text, name)


def text_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable(1, "The file is missing.") from None
    except OSError as error:
        raise Unreadable(1, f"The file cannot be read: {error.strerror}.") from None
    if len(content) > MOST_BYTES:
        raise Unreadable(1, f"The file is larger than {MOST_BYTES // 1_000_000} MB; guidance is far smaller.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "The file is not UTF-8 text.") from None


def read_text(text: str, name: str) -> YamlFile:
    """Read the text of a file as far as possible."""
    found = YamlFile(name)
    try:
        found.document = Builder(found).document_of(yaml.parse(text, Loader=LOADER))
    except Unreadable as error:
        found.faults.append(Fault(name, error.line, error.message))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found.faults.append(Fault(name, mark.line + 1 if mark else 1, f"This is not YAML: {error.problem}."))
    except yaml.YAMLError as error:
        found.faults.append(Fault(name, 1, f"This is not YAML: {str(error).splitlines()[0]}."))
    return found


@dataclass(slots=True)
class Level:
    """A mapping or sequence that is being read; ``key`` is the key whose value comes next."""

    content: dict[str, Any] | list[Any]
    path: PartPath
    key: str | None = None
    discarded: bool = False  # the next value belongs to a key that stands twice


class Builder:
    """Builds plain data from YAML's events, one after the other: a file nested too deeply fills no stack.

    Anchors, aliases and tags are refused with everything else that makes a file mean more than it shows.
    """

    def __init__(self, found: YamlFile) -> None:
        self.found = found
        self.levels: list[Level] = []
        self.root: list[Any] = []

    def document_of(self, events: Iterator[yaml.Event]) -> Any:
        for event in events:
            self.take(event, event.start_mark.line + 1 if event.start_mark else 1)
        if not self.root:
            raise Unreadable(1, "The file is empty.")
        return self.root[0]

    def take(self, event: yaml.Event, line: int) -> None:
        match event:
            case yaml.DocumentStartEvent():
                if self.root:
                    raise Unreadable(line, "A second document begins here; a file holds one.")
            case yaml.AliasEvent():
                self.fault(line, "Anchors and aliases are not used here: write the part out.")
                self.place(None, line)
            case yaml.ScalarEvent():
                self.refuse_decoration(event, line)
                self.take_scalar(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.refuse_decoration(event, line)
                self.open(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.levels.pop()

    def refuse_decoration(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            self.fault(line, "Anchors and aliases are not used here: write the part out.")
        if event.tag is not None:
            self.fault(line, f"Tags such as {event.tag[:40]} are not used here.")

    def take_scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        hidden = unseen_in(event.value)
        if hidden is not None:
            self.fault(line, f"The text holds a character that cannot be seen ({in_words(hidden)}).")
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.content, dict) and level.key is None:
            self.begin_entry(level, level.content, event.value, line)
        else:
            self.place(scalar(event), line)

    def begin_entry(self, level: Level, mapping: dict[str, Any], key: str, line: int) -> None:
        level.key = key
        level.discarded = key in mapping
        if level.discarded:
            before = self.found.lines[(*level.path, key)]
            self.fault(line, f"The key “{key[:80]}” stands twice; it stood before at line {before}.")
        else:
            self.found.lines.setdefault((*level.path, key), line)

    def open(self, event: yaml.CollectionStartEvent, line: int) -> None:
        if len(self.levels) >= MOST_DEPTH:
            raise Unreadable(line, "The file is nested too deeply.")
        content: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.levels.append(Level(content, self.place(content, line)))

    def place(self, value: Any, line: int) -> PartPath:
        """Put a value where it belongs; returns its path."""
        if not self.levels:
            self.root.append(value)
            self.found.lines.setdefault((), line)
            return ()
        level = self.levels[-1]
        if isinstance(level.content, list):
            path = (*level.path, len(level.content))
            level.content.append(value)
        elif level.key is None:
            raise Unreadable(line, "The name of a part is plain text, not a part itself.")
        else:
            path = (*level.path, level.key)
            if not level.discarded:
                level.content[level.key] = value
            level.key = None
        self.found.lines.setdefault(path, line)
        return path

    def fault(self, line: int, message: str) -> None:
        self.found.faults.append(Fault(self.found.name, line, message))
        if len(self.found.faults) >= MOST_FAULTS:
            raise Unreadable(line, "There are too many faults; reading ends here.")


def scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    """Unquoted integers, true, false and null are themselves; an empty value is null; all else is text."""
    value = str(event.value)
    if event.style:
        return value  # it stands in quotes or in a block
    if value in CONSTANTS:
        return CONSTANTS[value]
    return int(value) if INTEGER.fullmatch(value) and len(value) <= MOST_DIGITS else value
