"""Lines of plain text for other systems: at most 100 characters, plain punctuation, free text always indented."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

WIDTH = 100
INDENT = "  "
DEEPER = "    "
# What older record systems turn into question marks; letters of names stay as they are.
PLAIN = str.maketrans(
    {
        "\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}",
        "\N{THIN SPACE}": "\N{NO-BREAK SPACE}",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{MULTIPLICATION SIGN}": "x",
        "\N{MIDDLE DOT}": "-",
        "\N{BULLET}": "-",
        "\N{RIGHTWARDS ARROW}": "->",
        "\N{SUPERSCRIPT TWO}": "2",
        "\N{SUPERSCRIPT THREE}": "3",
        "\N{MICRO SIGN}": "micro",
        "\N{GREEK SMALL LETTER MU}": "micro",
        "\N{PLUS-MINUS SIGN}": "+/-",
    }
)
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def plain(text: str) -> str:
    """Safety: a sign that turns the direction of the text, or cannot be seen, is named where it stood."""
    said = re.sub(
        "\N{GREATER-THAN OR EQUAL TO} ?", "at least ", re.sub("\N{LESS-THAN OR EQUAL TO} ?", "at most ", text)
    )
    return "".join(map(visible, said.translate(PLAIN)))


def visible(character: str) -> str:
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and character not in JOINERS
    return f"[U+{ord(character):04X}]" if unseen else character


def pasted(text: str) -> list[str]:
    """A line of our own, at the margin; a longer one goes on indented."""
    return wrapped(one_line(text), "", INDENT)


def heading(text: str) -> Iterator[str]:
    yield ""
    yield from pasted(text.upper())


def row(text: str) -> list[str]:
    return wrapped(one_line(text), f"{INDENT}- ", DEEPER)


def paragraph(text: str) -> Iterator[str]:
    """What somebody wrote keeps its lines, and never stands at the margin, where only our own lines do."""
    for line in text.splitlines():
        yield from wrapped(one_line(line), DEEPER, DEEPER)


def one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")


def wrapped(text: str, first: str, later: str) -> list[str]:
    """A number keeps its unit: no-break spaces become plain ones when the lines are broken already."""
    lines = textwrap.wrap(
        plain(text), WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False, expand_tabs=False
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def joined(texts: Iterable[str], by: str = "; ") -> str:
    return by.join(texts)


def numbered(references: list[int]) -> str:
    return f" References {', '.join(map(str, references))}." if references else ""
