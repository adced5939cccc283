"""Checks the length of what is read: every text has its room on card and sheet, and patients get short sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pathways.engine.release import Release
from pathways.gate.report import Level, Line
from pathways.gate.texts import Text, Use, texts_of

# Characters that a card, a printed line or a question of the form has room for.
LONGEST = {
    Use.PROFESSIONAL: 600,
    Use.PATIENT: 400,
    Use.OMITTED: 200,
    Use.LIFTED_BY: 300,
    Use.CAUTION: 600,
    Use.CONTESTED: 700,
    Use.LABEL: 60,
    Use.HELP: 160,
    Use.ACTION: 60,
}
LONGEST_SENTENCE = 25  # words, in what patients read
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def check_lengths(release: Release) -> Iterator[Line]:
    texts = list(texts_of(release))
    too_long = [text for text in texts if len(text.text) > LONGEST[text.use]]
    yield from (length_line(text) for text in too_long)
    if not too_long:
        yield Line(Level.PASSED, "wording-length", f"{len(texts)} texts have no more than their length.")
    for text in texts:
        if text.use is Use.PATIENT:
            yield from sentence_lines(text)


def length_line(text: Text) -> Line:
    sentence = (
        f"The {text.use.value} of {text.name} has {len(text.text)} characters; there is room for "
        f"{LONGEST[text.use]}. Shorten it."
    )
    return Line(Level.BLOCKING, "wording-length", sentence, text.place.part, text.place.entry)


def sentence_lines(text: Text) -> Iterator[Line]:
    long = [count for sentence in SENTENCE_END.split(text.text) if (count := words_in(sentence)) > LONGEST_SENTENCE]
    if long:
        counted = "1 long sentence" if len(long) == 1 else f"{len(long)} long sentences"
        sentence = (
            f"The {text.use.value} of {text.name} has {counted} ({max(long)} words); "
            f"{LONGEST_SENTENCE} are easier to read."
        )
        yield Line(Level.WARNING, "patient-sentence-length", sentence, text.place.part, text.place.entry)


def words_in(sentence: str) -> int:
    return sum(any(letter.isalnum() for letter in word) for word in sentence.split())
