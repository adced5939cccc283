"""What reviewers are shown of two documents: nothing that differs may be left out, nothing invented."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.content_files import load_content
from pathways.editing.differences import (
    Change,
    How,
    Unit,
    condition_difference,
    differences_between,
    key_differences,
    line_difference,
    new_text,
    old_text,
    words_difference,
)
from pathways.editing.entries import RULES, moved
from pathways.editing.parts import parts_of
from pathways.engine.release import build_release, canonical_json
from pathways.engine.vocabulary import Vocabulary

BLEED = "pathways/intracranial-bleed"

words = st.lists(
    st.sampled_from(["Give", "no", "chemotherapy", "now", ".", ". ", "!\n", " ", "\n\n", "KPS", "70", ",", "é", "\r\n"])
).map("".join)


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    return parts_of(load_content().document)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return build_release(load_content().document).vocabulary


def kinds(difference: tuple[Unit, ...]) -> list[str]:
    return [unit.change.value for unit in difference]


@given(words | st.text(max_size=80), words | st.text(max_size=80))
def test_both_texts_can_be_read_from_the_difference(old: str, new: str) -> None:
    for difference in (words_difference(old, new), line_difference(old, new)):
        assert new_text(difference) == new
        assert old_text(difference) == old


@given(words)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert set(kinds(words_difference(text, text))) <= {"kept"}


def test_sentences_around_a_changed_one_are_kept() -> None:
    old = "Withhold it while there is bleeding. Repeat the scan after two days. Tell the patient."
    new = "Withhold it while there is bleeding. Repeat the scan after three days. Tell the patient. Ask again."
    difference = words_difference(old, new)
    assert kinds(difference) == ["kept", "changed", "kept", "added"]
    assert [run.text for run in difference[1].runs if run.change is Change.REMOVED] == ["two"]
    assert [run.text for run in difference[1].runs if run.change is Change.ADDED] == ["three"]


def test_a_sentence_that_has_nothing_in_common_is_another_one() -> None:
    assert kinds(words_difference("Give dexamethasone at once.", "Plan a flow study first.")) == ["removed", "added"]


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    old, new = "a " * 3000, "b " * 3000
    assert new_text(words_difference(old, new)) == new
    assert old_text(words_difference("x.\n" * 3000, "y.\n" * 3000)) == "x.\n" * 3000


def test_keys_are_compared_as_sets() -> None:
    shown = [(one.change.value, one.key) for one in key_differences(["a", "b"], ["c", "a"])]
    assert shown == [("added", "c"), ("kept", "a"), ("removed", "b")]


# Entries


def rule_keys(document: dict[str, Any]) -> list[str]:
    return [rule["key"] for rule in document["rules"]]


def test_a_moved_rule_is_moved_and_nothing_else(parts: dict[str, Any]) -> None:
    before = parts[BLEED]
    first = rule_keys(before)[0]
    after = moved(before, RULES, first, by=3)
    (changed,) = differences_between(before, after)
    assert (changed.identity, changed.how) == (first, How.MOVED)
    (difference,) = differences_between(before, after)
    assert difference.behind == rule_keys(after)[2]


def test_a_changed_rule_with_its_fields(parts: dict[str, Any]) -> None:
    before = parts[BLEED]
    after = copy.deepcopy(before)
    after["rules"][0]["professional"] += " Ask the neurosurgeon."
    after["rules"][0]["stance"] = "avoid"
    (changed,) = differences_between(before, after)
    assert (changed.key, changed.how) == (f"rules/{before['rules'][0]['key']}", How.CHANGED)
    assert set(differences_between(before, after)[0].fields) == {"professional", "stance"}


def test_added_and_removed_rules(parts: dict[str, Any]) -> None:
    before = parts[BLEED]
    after = copy.deepcopy(before)
    after["rules"][2]["key"] = "bleed-renamed"
    shown = {(changed.identity, changed.how) for changed in differences_between(before, after)}
    assert shown == {("bleed-renamed", How.ADDED), (before["rules"][2]["key"], How.REMOVED)}


def test_a_new_part_is_added_whole(parts: dict[str, Any]) -> None:
    changed = differences_between({}, parts[BLEED])
    assert {one.how for one in changed} == {How.ADDED}
    assert len(changed) == len(parts[BLEED]["rules"]) + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"title": "A"}, {"title": "A", "owner": ""}),
        ({"rules": [{"key": "a", "urgent": True}]}, {"rules": [{"key": "a", "urgent": 1}]}),
        ({"unheard": ["x"]}, {"unheard": ["y"]}),
        ({"rules": [{"key": "a"}]}, {"rules": [{"key": "a"}, {"key": "a"}]}),
        ({"rules": [{"key": "a"}]}, {"rules": ["a"]}),
        ({"rules": []}, {"rules": {"key": "a"}}),
    ],
)
def test_nothing_that_differs_escapes(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert differences_between(before, after)


rules = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from("abcdefg"), "professional": st.sampled_from(["x", "y"])}),
    max_size=7,
    unique_by=lambda rule: rule["key"],
)


@given(rules, rules)
@settings(max_examples=300)
def test_no_difference_means_the_same_document(old: list[dict[str, str]], new: list[dict[str, str]]) -> None:
    before, after = {"code": "p", "rules": old}, {"code": "p", "rules": new}
    same = canonical_json(before) == canonical_json(after)
    assert (differences_between(before, after) == ()) is same


@given(st.permutations("abcdef"))
def test_what_was_not_moved_kept_its_order(order: list[str]) -> None:
    before = {"rules": [{"key": key} for key in "abcdef"]}
    after = {"rules": [{"key": key} for key in order]}
    was_moved = {changed.identity for changed in differences_between(before, after)}
    stayed = [key for key in order if key not in was_moved]
    assert stayed == sorted(stayed)
    assert stayed


# Conditions


def test_a_condition_differs_in_lines_sentences_and_rows(vocabulary: Vocabulary) -> None:
    old = "intracranial_bleed is present\nkps < 70"
    new = "intracranial_bleed is present\nkps < 60"
    difference = condition_difference(old, new, before=vocabulary, after=vocabulary)
    assert kinds(difference.lines) == ["kept", "changed"]
    assert kinds(difference.sentences) == ["kept", "changed"]
    assert "is below 60" in new_text(difference.sentences)
    assert [(row.change.value, [(cell.text, cell.differs) for cell in row.cells]) for row in difference.rows] == [
        ("kept", [("Present", False), ("any", False)]),
        ("added", [("any", False), ("below 60", True)]),
        ("removed", [("any", False), ("below 70", True)]),
    ]
    assert difference.columns[0] == vocabulary.findings["intracranial_bleed"].label


def test_both_bounds_of_a_number_stand_in_one_cell(vocabulary: Vocabulary) -> None:
    difference = condition_difference("", "kps >= 50 and kps < 70", before=None, after=vocabulary)
    assert [[cell.text for cell in row.cells] for row in difference.rows] == [["at least 50 and below 70"]]
    assert difference.rows[0].cells[0].differs


@pytest.mark.parametrize("broken", ["intracranial_bleed is", "no_such is x", "kps < 70 or kps > 90"])
def test_what_is_no_condition_is_compared_as_it_is_written(vocabulary: Vocabulary, broken: str) -> None:
    difference = condition_difference("kps < 70", broken, before=vocabulary, after=vocabulary)
    assert new_text(difference.lines) == broken
    assert difference.rows == ()
    assert difference.sentences == ()
