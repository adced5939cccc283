"""Shows where a text holds the words of a question: the text in pieces, some of them marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pathways.search.query import Asked, Phrase
from pathways.search.words import Word, words_in

END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“(])")


@dataclass(frozen=True, slots=True)
class Segment:
    text: str
    is_match: bool


def segments_of(text: str, phrases: Iterable[Phrase]) -> tuple[Segment, ...]:
    """The pieces together are the text, letter by letter."""
    pieces: list[Segment] = []
    at = 0
    for start, end in matches_in(text, phrases):
        if start > at:
            pieces.append(Segment(text[at:start], is_match=False))
        pieces.append(Segment(text[start:end], is_match=True))
        at = end
    if at < len(text):
        pieces.append(Segment(text[at:], is_match=False))
    return tuple(pieces)


def matches_in(text: str, phrases: Iterable[Phrase]) -> list[tuple[int, int]]:
    """From where to where, in order and without overlap; longer phrases first, neighbours joined."""
    words = list(words_in(text))
    marked = [False] * len(words)
    for phrase in phrases:
        stems = phrase.split()
        for at in range(len(words) - len(stems) + 1):
            if [word.stem for word in words[at : at + len(stems)]] == stems:
                marked[at : at + len(stems)] = [True] * len(stems)
    return joined(text, [word for word, is_match in zip(words, marked, strict=True) if is_match])


def joined(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for word in words:
        if spans and not text[spans[-1][1] : word.start].strip(" -"):
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans


def holds(asked: Asked, stems: str) -> bool:
    padded = f" {stems} "
    return any(f" {phrase} " in padded for phrase, _ in asked.phrases)


def sentences_of(text: str) -> list[str]:
    return [one for one in END_OF_SENTENCE.split(text) if one.strip()]
