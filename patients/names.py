"""How names are written, and how they are compared: without regard to case, accents, spaces and hyphens."""

import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby

LONGEST_FOLDED = 200  # as long as the columns that hold folded names
SIMILAR = 0.8  # found by trying pairs such as SAMPLE and SAMPEL; a warning, never a decision
# Letters that are heard alike in many names, in the order in which they are replaced.
HEARD = (("ph", "f"), ("gh", "g"), ("th", "t"), ("ck", "k"), ("c", "k"), ("q", "k"), ("z", "s"), ("y", "i"))


def full_name(family_name: str, given_names: str, title: str) -> str:
    """TESTCASE, Anna (Ms)"""
    name = f"{family_name.upper()}, {given_names}"
    return f"{name} ({title})" if title else name


def folded(name: str) -> str:
    """The letters and digits of a name, in lower case and without accents; cut, for one letter may fold to many."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in decomposed if character.isalnum())[:LONGEST_FOLDED]


def are_similar(one: str, other: str) -> bool:
    """Whether two folded names could be taken for each other, read or heard."""
    if not one or not other:
        return False
    return one == other or nearly_equal(one, other) or nearly_equal(sound_of(one), sound_of(other))


def nearly_equal(one: str, other: str) -> bool:
    """Names whose lengths differ too much never are: said without comparing their letters."""
    longest_match = 2 * min(len(one), len(other))
    is_possible = longest_match >= SIMILAR * (len(one) + len(other))
    return is_possible and SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIMILAR


@lru_cache(maxsize=4096)
def sound_of(name: str) -> str:
    """SMITH and SMYTHE, PHILIPS and FILLIPS: without doubled letters and the final E that nobody hears."""
    for letters, heard in HEARD:
        name = name.replace(letters, heard)
    heard_once = "".join(letter for letter, _ in groupby(name))
    return heard_once.removesuffix("e") or heard_once
