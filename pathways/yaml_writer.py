"""Writes plain data as YAML in one fixed form: the same data is the same bytes, and a change is a small difference.

Texts stand unquoted where every YAML reader takes them for text; long ones are folded; those in which the ends of lines
matter stand line by line. What is written is read back before it is given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pathways.engine.plain_text import in_words, unseen_in
from pathways.yaml_files import read_text
from pathways.yaml_texts import WIDTH, folded, inline, is_scalar, line_by_line, one_line


class Unwritable(ValueError):
    """The data holds something that the files cannot carry."""


@dataclass(frozen=True, slots=True)
class Layout:
    """``line_by_line``: names of texts that are never folded. The entries of ``one_line_lists`` and
    ``one_line_mappings`` stand on one line each where they fit.
    """

    line_by_line: frozenset[str] = frozenset()
    one_line_lists: frozenset[str] = frozenset()
    one_line_mappings: frozenset[str] = frozenset()


def to_yaml(document: Mapping[str, Any], layout: Layout, *, heading: str) -> str:
    """The text of a file; raises Unwritable."""
    refuse_unseen(document)
    writer = Writer(layout)
    lines = [*(f"# {line}" for line in heading.splitlines()), ""]
    for name, value in document.items():
        lines += [""] if lines[-1] and is_list_of_mappings(value) else []
        lines += writer.field(name, value, indent=0)
    text = "\n".join([*lines, *([] if document else ["{}"])]) + "\n"
    found = read_text(text, "")
    if found.faults or found.document != document:
        fault = found.faults[0] if found.faults else "it would be read as something else"
        raise Unwritable(f"This cannot be written as YAML: {fault}.")
    return text


def refuse_unseen(part: Any) -> None:
    match part:
        case str():
            hidden = unseen_in(part)
            if hidden is not None:
                raise Unwritable(f"A text holds a character that cannot be seen ({in_words(hidden)}): {part[:80]!r}")
        case Mapping():
            for name, value in part.items():
                refuse_unseen(name)
                refuse_unseen(value)
        case list():
            for value in part:
                refuse_unseen(value)
        case None | bool() | int():
            pass
        case _:
            raise Unwritable(f"{type(part).__name__} does not stand in content: {str(part)[:80]}")


def is_list_of_mappings(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value)


@dataclass(frozen=True, slots=True)
class Writer:
    layout: Layout

    def field(self, name: str, value: Any, *, indent: int, within: str = "") -> Iterator[str]:
        """The lines of one field; ``within`` is the name of the mapping around it."""
        start = f"{' ' * indent}{inline(name, in_flow=False)}:"
        if is_scalar(value):
            yield from self.scalar(f"{start} ", value, indent=indent + 2, name=name)
        elif isinstance(value, Mapping):
            short = one_line(value) if not value or within in self.layout.one_line_mappings else None
            if short is not None and (not value or len(start) + 1 + len(short) <= WIDTH):
                yield f"{start} {short}"
            else:
                yield start
                yield from self.mapping(value, indent=indent + 2, within=name)
        else:
            yield from self.sequence(start, value, indent=indent, name=name)

    def mapping(self, mapping: Mapping[str, Any], *, indent: int, within: str) -> Iterator[str]:
        for name, value in mapping.items():
            yield from self.field(name, value, indent=indent, within=within)

    def sequence(self, start: str, entries: Sequence[Any], *, indent: int, name: str) -> Iterator[str]:
        if all(is_scalar(entry) for entry in entries):
            short = one_line(entries)
            if short is not None and (not entries or len(start) + 1 + len(short) <= WIDTH):
                yield f"{start} {short}"
                return
        yield start
        for position, entry in enumerate(entries):
            lines = list(self.entry(entry, indent=indent + 2, name=name))
            if position and not indent and len(lines) > 1:
                yield ""
            yield from lines

    def entry(self, entry: Any, *, indent: int, name: str) -> Iterator[str]:
        dash = f"{' ' * indent}- "
        if is_scalar(entry):
            yield from self.scalar(dash, entry, indent=indent + 2, name=name)
            return
        if not isinstance(entry, Mapping):
            raise Unwritable(f"{name}: a list directly inside a list cannot be written.")
        short = one_line(entry) if not entry or name in self.layout.one_line_lists else None
        if short is not None and (not entry or len(dash) + len(short) <= WIDTH):
            yield f"{dash}{short}"
            return
        first, *others = self.mapping(entry, indent=indent + 2, within=name)
        yield dash + first.removeprefix(" " * (indent + 2))
        yield from others

    def scalar(self, start: str, value: Any, *, indent: int, name: str) -> Iterator[str]:
        """A value behind ``start``, or as a block below it."""
        short = f"{start}{inline(value, in_flow=False)}"
        if not isinstance(value, str) or (len(short) <= WIDTH and "\n" not in value):
            yield short
            return
        block = line_by_line(value) if name in self.layout.line_by_line else folded(value, WIDTH - indent)
        if block is None:
            yield short
            return
        header, lines = block
        yield f"{start}{header}"
        yield from (f"{' ' * indent}{line}" if line else "" for line in lines)
