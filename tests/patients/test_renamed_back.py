"""Codes renamed back and forth: whatever an answer was stored under, it arrives at today's code of what it meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.editing.renamings import with_renaming
from pathways.engine.release import build_release
from patients.findings.renaming import moved_along
from tests.engine import documents
from tests.patients.test_renaming import stored

FINDINGS, OPTIONS = ("a", "b", "c"), ("w", "x", "y", "z")
MEANINGS = (0, 1)  # of the two options, whatever they are called
Steps = list[tuple[str, int | None]]


class Guidance:
    """One finding with two options, as it is renamed; remembers under which codes answers may be stored."""

    def __init__(self) -> None:
        self.finding, self.options = "a", ["w", "x"]
        self.vocabulary: dict[str, Any] = {}
        self.eras: set[tuple[str, str, int]] = set()
        self.remember()

    def remember(self) -> None:
        self.eras |= {(self.finding, self.options[meaning], meaning) for meaning in MEANINGS}

    def rename(self, code: str, meaning: int | None) -> None:
        """Leaves out what the service refuses, and a code that meant something else before: no list can tell that."""
        if meaning is None and code in FINDINGS and code != self.finding:
            self.vocabulary = with_renaming(self.vocabulary, {"finding": self.finding, "to": code}, "Clearer.")
            self.finding = code
        elif meaning is not None and code in OPTIONS and not any(era[1:] == (code, 1 - meaning) for era in self.eras):
            old = self.options[meaning]
            if old != code:
                renaming = {"finding": self.finding, "option": old, "to": code}
                self.vocabulary = with_renaming(self.vocabulary, renaming, "Clearer.")
                self.options[meaning] = code
        self.remember()

    def release(self) -> Any:
        document = documents.with_rules([documents.finding(self.finding, *self.options)])
        document["vocabulary"]["renamed"] = self.vocabulary.get("renamed", [])
        document["pathways"][0]["rules"] = [documents.rule("gives", "consider", f"{self.finding} is {self.options[0]}")]
        return build_release(document)


def everything_arrives(steps: Steps) -> None:
    guidance = Guidance()
    for code, meaning in steps:
        guidance.rename(code, meaning)
    renamed = guidance.release().vocabulary.renamed
    assert len({one.key for one in renamed}) == len(renamed)
    for finding, option, meaning in guidance.eras:
        moved = moved_along({finding: stored(option)}, renamed)
        assert {code: one["value"] for code, one in moved.answers.items()} == {
            guidance.finding: guidance.options[meaning]
        }
        assert moved.set_aside == ()


@pytest.mark.parametrize(
    "steps",
    [
        [("b", None), ("a", None)],
        [("b", None), ("c", None), ("a", None)],
        [("b", None), ("a", None), ("b", None)],
        [("y", 0), ("w", 0)],
        [("y", 0), ("z", 0), ("w", 0)],
        [("y", 0), ("b", None), ("w", 0)],
        [("b", None), ("y", 0), ("a", None), ("w", 0)],
    ],
)
def test_renamed_back(steps: Steps) -> None:
    everything_arrives(steps)


RENAMED_FINDING = st.tuples(st.sampled_from(FINDINGS), st.none())
RENAMED_OPTION = st.tuples(st.sampled_from(OPTIONS), st.sampled_from(MEANINGS))


@settings(max_examples=300, deadline=None)
@given(st.lists(RENAMED_FINDING | RENAMED_OPTION, max_size=9))
def test_however_often_codes_are_renamed(steps: Steps) -> None:
    everything_arrives(steps)


def test_an_answer_that_was_set_aside_stays_aside() -> None:
    vocabulary: dict[str, Any] = {}
    for renaming in (
        {"finding": "a", "option": "w"},
        {"finding": "a", "to": "b"},
        {"finding": "b", "to": "a"},
    ):
        vocabulary = with_renaming(vocabulary, renaming, "Clearer.")
    assert [{**one, "reason": "", "key": ""} for one in vocabulary["renamed"]] == [
        {"key": "", "reason": "", "finding": "b", "to": "a"},
        {"key": "", "reason": "", "finding": "a", "option": "w"},
    ]
