"""How names are written, and how they are compared: without regard to case, accents, spaces and hyphens."""

import unicodedata
from difflib import SequenceMatcher

LONGEST_FOLDED = 200  # as long as the columns that hold folded names
SIMILAR = 0.8  # found by trying pairs such as SAMPLE and SAMPEL, SMITH and SMYTHE; a warning, never a decision


def full_name(family_name: str, given_names: str, title: str) -> str:
    """TESTCASE, Anna (Ms)"""
    name = f"{family_name.upper()}, {given_names}"
    return f"{name} ({title})" if title else name


def folded(name: str) -> str:
    """The letters and digits of a name, in lower case and without accents; cut, for one letter may fold to many."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if character.isalnum())[:LONGEST_FOLDED]


def are_similar(one: str, other: str) -> bool:
    """Whether two folded names could be taken for each other."""
    if not one or not other:
        return False
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIMILAR
