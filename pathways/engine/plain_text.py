"""Text that shows all it holds: what cannot be seen cannot be reviewed."""

from __future__ import annotations

import unicodedata
from typing import Any

from pathways.engine.problems import Path, ProblemList

ALLOWED = "\n\t"
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def unseen_in(text: str) -> str | None:
    """The first character that shows nothing, such as a control character or a mark that turns the direction."""
    if text.isprintable():
        return None
    for character in text:
        if character not in ALLOWED and unicodedata.category(character) in HIDDEN:
            return character
    return None


def in_words(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}{f', {name}' if name else ''}"


def check_text(document: Any, canonical: str, problems: ProblemList) -> None:
    """Note every text of a document that holds something unseen; ``canonical`` is the document's canonical JSON."""
    if canonical.replace(NO_BREAK_SPACE, " ").isprintable() and "\\u" not in canonical:
        return  # JSON writes control characters as \u…, so that one look at the whole is enough
    note_unseen(document, (), problems)


def note_unseen(part: Any, path: Path, problems: ProblemList) -> None:
    match part:
        case str():
            character = unseen_in(part)
            if character is not None:
                problems.add(path, f"The text holds a character that cannot be seen ({in_words(character)}).")
        case dict():
            for name, value in part.items():
                note_unseen(name, (*path, name), problems)
                note_unseen(value, (*path, name), problems)
        case list():
            for index, value in enumerate(part):
                note_unseen(value, (*path, index), problems)
