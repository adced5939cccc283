"""How wide a text will be: the widths of the bold letters of Arial, which its metric twins share."""

from __future__ import annotations

from functools import lru_cache

# Thousandths of the type size; what is not listed counts as the widest.
LETTERS = {
    238: "'",
    278: " ,./I\\ijl\N{NO-BREAK SPACE}·‘’",
    280: "|",
    333: "!()-:;[]`ft",
    389: "*r{}",
    474: '"',
    500: "z“”",
    556: "#$0123456789J_aceksvxy–é",
    584: "+<=>^~÷",
    611: "?FLTZbdghnopqu",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
}
WIDEST = 1000
WIDTH = {letter: width for width, letters in LETTERS.items() for letter in letters}


def width_of(text: str, size: float) -> float:
    """An upper bound in the unit of `size`; plain letters are narrower than bold ones."""
    return sum(WIDTH.get(letter, WIDEST) for letter in text) * size / 1000


@lru_cache(maxsize=4096)
def wrapped(text: str, size: float, width: float) -> tuple[str, ...]:
    """Lines that fit into the width; a word that is wider than a line is cut."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, size, width)
        lines += full
    return (*lines, line) if line or not lines else tuple(lines)


def _pieces(word: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
