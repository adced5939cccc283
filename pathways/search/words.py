"""Folds text into the words that the index holds: one spelling, one ending, plain letters, on every database alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"[a-z0-9]+")

# British and American spellings become one; the pairs hold within words.
SPELLINGS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"aem", "em"),
        (r"oedem", "edem"),
        (r"aesth", "esth"),
        (r"aetiol", "etiol"),
        (r"oesoph", "esoph"),
        (r"paed", "ped"),
        (r"rrhoea", "rrhea"),
        (r"(?<=[a-z]{2})our(?=$|s$|ed$|al$|able$|ably$|ing$)", "or"),
        (r"(?<=[a-z]{2})is(?=e$|ed$|es$|ing$|ation$|ations$)", "iz"),
        (r"^(cent|fib|lit|met)re(s?)$", r"\1er\2"),
        (r"programme", "program"),
    )
)

# Endings that do not change what a word is about, longest first; what is left has to be long enough to say something.
ENDINGS = (
    ("izations", "iz"), ("ization", "iz"), ("ations", ""), ("ation", ""), ("ating", ""), ("ated", ""), ("ates", ""),
    ("ate", ""), ("ments", ""), ("ment", ""), ("ously", "ous"), ("ings", ""), ("ing", ""), ("ions", ""), ("ion", ""),
    ("atively", ""), ("ative", ""), ("ally", ""), ("ies", "y"), ("ors", ""), ("ed", ""), ("es", ""), ("ly", ""),
    ("al", ""), ("s", ""), ("e", ""),
)  # fmt: skip
SHORTEST_STEM = 4
SHORTEST_PLURAL = 3
DOUBLED = re.compile(r"([bdgmnprt])\1$")
KEPT_ENDINGS = ("ss", "us", "is")

OF_LITTLE_MEANING = """
due hello thanks today tomorrow yesterday
a about after again all already also am an and another any anyone are as at be because been before being both but
by can could did do does doing don done each either else for from get give given go going got had has have he her
here hers him his how i if in into is it its just let like long make many may me might mine more most much must my
need needs no nor not now of off often on once one only or other our out over own patient patients per please
should show so some someone such take tell than that the their them then there these they thing this those through
to too try under until up upon us use used using very via was we were what when where whether which while who whom
whose why will with within without would yes yet you your
"""
STOP_WORDS = frozenset(OF_LITTLE_MEANING.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: folded, its stem, and where it stands in the text as it was written."""

    folded: str
    stem: str
    written: str
    start: int
    end: int


def plain(text: str) -> str:
    """Small letters without accents, character by character, so that places in the text stay what they are."""
    return "".join(_plain_character(one) for one in text)


@lru_cache(maxsize=2048)
def _plain_character(one: str) -> str:
    folded = unicodedata.normalize("NFKD", one.casefold())
    letter = "".join(each for each in folded if not unicodedata.combining(each))
    return letter if len(letter) == 1 else " "


def words_in(text: str) -> Iterator[Word]:
    """Every word with its place; what is neither letter nor digit parts words."""
    for match in WORD.finditer(plain(text)):
        folded = one_spelling(match.group())
        yield Word(folded, stem(folded), text[match.start() : match.end()], match.start(), match.end())


def stems_of(text: str) -> str:
    """A text as the index holds it."""
    return " ".join(word.stem for word in words_in(text))


@lru_cache(maxsize=8192)
def one_spelling(word: str) -> str:
    for pattern, written in SPELLINGS:
        word = pattern.sub(written, word)
    return word


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return word
    for ending, instead in ENDINGS:
        shortest = SHORTEST_PLURAL if ending == "s" else SHORTEST_STEM
        if word.endswith(ending) and len(word) - len(ending) >= shortest and not word.endswith(KEPT_ENDINGS):
            left = word[: -len(ending)] + instead
            return DOUBLED.sub(r"\1", left)
    return word
