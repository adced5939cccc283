"""How single values stand in YAML: unquoted, quoted, folded, or line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

WIDTH = 120
TEXT = "tag:yaml.org,2002:str"
INDICATORS = "-?:,[]{}#&*!|>'\"%@`<=~.+"
RESOLVER = yaml.resolver.Resolver()
# What some reader of YAML takes for a truth value, a number or a day, though this project's reader does not.
LOOKS_LIKE_MORE = re.compile(r"[yn]|[0-9][0-9_.,:/+eExXoO-]*|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*", re.IGNORECASE)
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})

Block = tuple[str, list[str]]
"""The header of a block and its lines, without indentation."""


def is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int)


def inline(value: Any, *, in_flow: bool) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return value if is_plain(value, in_flow=in_flow) else f'"{value.translate(ESCAPES)}"'


def is_plain(text: str, *, in_flow: bool) -> bool:
    """Whether a text stands for itself without quotes, to any reader of YAML."""
    if not text or text != text.strip() or text[0] in INDICATORS or "\n" in text or "\t" in text:
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    if in_flow and any(character in ",[]{}:?" for character in text):
        return False
    if LOOKS_LIKE_MORE.fullmatch(text):
        return False
    return bool(RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) == TEXT)


def one_line(part: Mapping[str, Any] | Sequence[Any]) -> str | None:
    """``{name: value}`` or ``[value, value]``; None where something inside is more than a value."""
    values = part.values() if isinstance(part, Mapping) else part
    if not all(is_scalar(value) for value in values):
        return None
    if isinstance(part, Mapping):
        fields = (f"{inline(name, in_flow=True)}: {inline(value, in_flow=True)}" for name, value in part.items())
        return f"{{{', '.join(fields)}}}"
    return f"[{', '.join(inline(value, in_flow=True) for value in part)}]"


def line_by_line(text: str) -> Block | None:
    """A block that keeps every line; None for a text that would not come back the same."""
    body = without_last_end(text)
    lines = body.split("\n")
    if body[:1] in ("", " ", "\t", "\n") or any(line != line.rstrip(" \t") for line in lines) or not lines[-1]:
        return None
    return ("|" if text.endswith("\n") else "|-"), lines


def folded(text: str, width: int) -> Block | None:
    """A block whose lines are joined again when it is read; None for a text that would not come back the same."""
    body = without_last_end(text)
    paragraphs = body.split("\n")
    if not body or not paragraphs[0] or not paragraphs[-1]:
        return None
    if any(paragraph != paragraph.strip(" \t") for paragraph in paragraphs):
        return line_by_line(text)
    lines: list[str] = []
    for position, paragraph in enumerate(paragraphs):
        # An empty line stands for one end of line; the ends around a line that is not empty are blanks.
        lines += [""] if position and paragraph else []
        lines += list(broken(paragraph, width)) if paragraph else [""]
    if len(lines) == 1 and not text.endswith("\n"):
        return None
    return (">" if text.endswith("\n") else ">-"), lines


def without_last_end(text: str) -> str:
    return text.removesuffix("\n")


def broken(paragraph: str, width: int) -> Iterator[str]:
    """A paragraph in lines of a width where it can be broken: at single blanks between words."""
    line = ""
    for piece in pieces(paragraph):
        if line and len(line) + 1 + len(piece) > width:
            yield line
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    yield line


def pieces(paragraph: str) -> list[str]:
    """The words; those between which the blank is not a single one stay together."""
    return re.split(r"(?<=[^ \t]) (?=[^ \t])", paragraph)
