"""What is wrong with content: every problem with its place in the document, collected rather than raised one by one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
MOST_LISTED = 12
LONGEST_NAME = 200
MOST_PROBLEMS = 200
KEY = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, at ``path`` in the release document; line and column count inside a condition text."""

    path: Path
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = "/".join(str(part) for part in self.path)
        inside = f", line {self.line}, column {self.column}" if self.line is not None else ""
        return f"{place}{inside}: {self.message}"


class ContentProblems(ValueError):
    """The content cannot be used; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class ProblemList:
    """Collects problems while a document is read. Where there are very many, reading ends with ContentProblems."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, message: str, line: int | None = None, column: int | None = None) -> None:
        self.problems.append(Problem(path, message, line, column))
        if len(self.problems) >= MOST_PROBLEMS:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        if self.problems:
            raise ContentProblems(self.problems)


def nearest(name: str, known: Iterable[str]) -> str:
    """A suggestion to end an error message with, or nothing."""
    names = list(known)
    if len(name) > LONGEST_NAME:
        return ""
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f" Did you mean {close[0]}?"
    if 0 < len(names) <= MOST_LISTED:
        return f" Known: {', '.join(names)}."
    return ""
