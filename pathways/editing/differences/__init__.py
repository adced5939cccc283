"""What differs between two documents of a part, for reviewers: entries, words, conditions and references."""

from pathways.editing.differences.changed import (
    EntryDifference,
    How,
    differences_between,
)
from pathways.editing.differences.conditions import ConditionDifference, Row, condition_difference
from pathways.editing.differences.keys import KeyDifference, key_differences
from pathways.editing.differences.words import Change, Run, Unit, line_difference, new_text, old_text, words_difference

__all__ = [
    "Change",
    "ConditionDifference",
    "EntryDifference",
    "How",
    "KeyDifference",
    "Row",
    "Run",
    "Unit",
    "condition_difference",
    "differences_between",
    "key_differences",
    "line_difference",
    "new_text",
    "old_text",
    "words_difference",
]
