"""Reads a question into the things it asks about: each a word of the field with all words that mean the same."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from pathways.search.synonyms import SAME, WIDER
from pathways.search.words import STOP_WORDS, Word, stem, stems_of, words_in

LONGEST_QUESTION = 500  # characters; what comes after is not searched for
MOST_ASKED = 24
SHORTEST_CORRECTED = 5
CLOSE_ENOUGH = 0.82
KEPT_LETTERS = 2  # at the beginning, so that no word turns into quite another one; and so much longer or shorter
WIDER_COUNTS = 0.5
INTRATHECAL = "intrathecal"
# Words after which "it" is no pronoun.
AFTER_IT = frozenset(
    {"chemo", "chemotherapy", "cytarabine", "dose", "dosing", "injection", "methotrexate", "mtx", "route", "therapy"}
    | {"topotecan", "treatment"}
)

Phrase = str  # stems with a space between them


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a question asks about; `phrases` find it, each with how much it counts."""

    written: str
    phrases: tuple[tuple[Phrase, float], ...]


@dataclass(frozen=True, slots=True)
class Correction:
    written: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Query:
    asked: tuple[Asked, ...]
    corrections: tuple[Correction, ...] = ()
    was_cut: bool = False

    def phrases(self) -> tuple[Phrase, ...]:
        return tuple(dict.fromkeys(phrase for one in self.asked for phrase, _ in one.phrases))


@cache
def meanings() -> dict[Phrase, tuple[tuple[Phrase, float], ...]]:
    """For every word of the synonyms the phrases that it finds."""
    found: dict[Phrase, dict[Phrase, float]] = {}
    for group in SAME:
        phrases = tuple(dict.fromkeys(stems_of(term) for term in group))
        for phrase in phrases:
            found.setdefault(phrase, {phrase: 1.0}).update(dict.fromkeys(phrases, 1.0))
    for term, wider in WIDER.items():
        own = found.setdefault(stems_of(term), {stems_of(term): 1.0})
        for phrase in (one for each in wider for one in found.get(stems_of(each), {stems_of(each): 1.0})):
            own.setdefault(phrase, WIDER_COUNTS)
    return {phrase: tuple(counted.items()) for phrase, counted in found.items()}


@cache
def longest_meaning() -> int:
    return max(len(phrase.split()) for phrase in meanings())


def read_question(text: str, known: AbstractSet[str]) -> Query:
    """`known` are the stems of the index; a word that is none of them is read as the nearest one."""
    was_cut = len(text) > LONGEST_QUESTION
    words = list(spoken(text[:LONGEST_QUESTION]))[: -1 if was_cut else None]  # the last word is cut as well
    corrections: list[Correction] = []
    asked: dict[Phrase, Asked] = {}
    at = 0
    while at < len(words) and len(asked) < MOST_ASKED:
        length, one = next_asked(words[at:], known, corrections)
        at += length
        if one is not None:
            asked.setdefault(one.phrases[0][0], one)
    return Query(tuple(asked.values()), tuple(corrections), was_cut)


def spoken(text: str) -> Iterator[Word]:
    """The words as they are meant: capitals or what follows tell IT from it, and a plus sign is read aloud."""
    shouting = text.upper() == text
    words = list(words_in(text.replace("+", " positive ")))
    for word, following in zip_longest(words, words[1:]):
        in_capitals = word.written == "IT" and not shouting
        if in_capitals or (word.folded == "it" and following is not None and following.folded in AFTER_IT):
            yield Word(INTRATHECAL, stem(INTRATHECAL), word.written, word.start, word.end)
        else:
            yield word


def next_asked(words: list[Word], known: AbstractSet[str], corrections: list[Correction]) -> tuple[int, Asked | None]:
    """How many words the next thing takes, and the thing; None for words that ask about nothing."""
    for length in range(min(longest_meaning(), len(words)), 0, -1):
        phrase = " ".join(word.stem for word in words[:length])
        if phrase in meanings():
            return length, Asked(written(words[:length]), own_first(phrase))
    word = words[0]
    if word.folded in STOP_WORDS:
        return 1, None
    if word.stem not in known and (close := nearest_word(word, known)):
        corrections.append(Correction(word.written, close))
        return 1, Asked(word.written, own_first(close))
    return 1, Asked(word.written, ((word.stem, 1.0),))


def own_first(phrase: Phrase) -> tuple[tuple[Phrase, float], ...]:
    means = dict(meanings().get(phrase, ()))
    return ((phrase, 1.0), *((other, counts) for other, counts in means.items() if other != phrase))


def nearest_word(word: Word, known: Iterable[str]) -> str:
    if len(word.stem) < SHORTEST_CORRECTED or any(letter.isdigit() for letter in word.stem):
        return ""
    beginning, length = word.stem[:KEPT_LETTERS], len(word.stem)
    alike = sorted(one for one in known if one.startswith(beginning) and abs(len(one) - length) <= KEPT_LETTERS)
    return next(iter(difflib.get_close_matches(word.stem, alike, n=1, cutoff=CLOSE_ENOUGH)), "")


def written(words: list[Word]) -> str:
    return " ".join(word.written for word in words)
