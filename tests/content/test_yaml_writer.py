"""Whatever is written comes back the same, to this project's reader and to any other."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pathways.yaml_files import read_text
from pathways.yaml_texts import WIDTH
from pathways.yaml_writer import Layout, Unwritable, to_yaml
from tests.engine.hypothesis_profiles import examples

LAYOUT = Layout(
    line_by_line=frozenset({"when"}), one_line_lists=frozenset({"options"}), one_line_mappings=frozenset({"expect"})
)
NAMES = ("text", "when", "options", "expect", "yes", "on", "~", "a b", "a: b", "#", "- x", "{", "")

LOOK_ALIKES = (
    "yes", "no", "on", "off", "true", "True", "false", "null", "Null", "~", "none", "y", "N", "", " ", "-", "?", ":",
    "0", "-1", "+1", "1.5", "1e3", ".5", ".inf", ".NaN", "0x1F", "0o17", "1_000", "12:30:45", "2026-11-22", "2026-1-2",
    "2026-11-22T10:00:00Z", "1234567890123456789", "=", "<<", "!x", "&x", "*x", "|", ">", "%x", "@x", "`x", "'x'",
    '"x"', "a: b", "a #b", "a:", "a,b", "[a]", "{a}", "a\\nb", "---", "...", "- a", "? a", "# a", "a\n", "\na", "a\n\n",
    "a\n\nb", " a", "a ", "a\n b", "a \nb", "a\n  \nb", "\t", "a\tb", "a\n\tb", "\n", "é",
    "\N{NO-BREAK SPACE}", "\N{GRINNING FACE}",
)  # fmt: skip
# Words, runs of blanks and ends of lines: the stuff that folding could get wrong.
crumbs = st.sampled_from(
    ["a", "bc", "word", " ", "  ", "\n", "\n\n", "\t", ": ", " #", "- ", '"', "\\", "x" * 60, "ß", ","]
)
hostile_texts = st.one_of(
    st.sampled_from(LOOK_ALIKES),
    st.lists(crumbs, max_size=60).map("".join),
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), max_size=40),
)
scalars = st.one_of(hostile_texts, st.booleans(), st.none(), st.integers(-(10**16), 10**16))
names = st.one_of(st.sampled_from(NAMES), hostile_texts.map(lambda text: text[:200]))


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(names, values, max_size=4)


parts = st.recursive(
    scalars,
    lambda inner: st.one_of(mappings(inner), st.lists(st.one_of(scalars, mappings(inner)), max_size=4)),
    max_leaves=12,
)


@examples(400)
@given(mappings(parts))
def test_what_is_written_is_read_as_the_same(document: dict[str, Any]) -> None:
    text = to_yaml(document, LAYOUT, heading="A heading.")
    assert read_text(text, "").document == document
    assert yaml.safe_load(text) == document


@examples(400)
@given(hostile_texts, st.sampled_from(["text", "when"]))
def test_a_text_stays_a_text_wherever_it_stands(value: str, name: str) -> None:
    document = {name: value, "list": [value], "options": [{"code": value}], "expect": {"x": {"y": value}}}
    text = to_yaml(document, LAYOUT, heading="")
    assert yaml.safe_load(text) == document


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Plain words, with a comma", "text: Plain words, with a comma"),
        ("yes", 'text: "yes"'),
        ("2026", 'text: "2026"'),
        ("2026-11-22", 'text: "2026-11-22"'),
        ("0.9", 'text: "0.9"'),
        ("30 Gy in 10", "text: 30 Gy in 10"),
        ("A: B", 'text: "A: B"'),
        ("one\ntwo\n", "text: >\n  one\n\n  two"),
        ("word " * 30 + "end", f"text: >-\n  {' '.join(['word'] * 23)}\n  {'word ' * 7}end"),
    ],
)
def test_the_form_of_a_text(value: str, written: str) -> None:
    assert to_yaml({"text": value}, LAYOUT, heading="H").rstrip("\n") == f"# H\n\n{written}"


def test_conditions_stand_line_by_line() -> None:
    document = {"when": "kps < 70\nraised_icp is yes\n", "scope": "always"}
    assert to_yaml(document, LAYOUT, heading="H") == (
        "# H\n\nwhen: |\n  kps < 70\n  raised_icp is yes\nscope: always\n"
    )


def test_folded_lines_keep_to_the_width() -> None:
    text = to_yaml({"rules": [{"text": "some words " * 100 + "end"}]}, LAYOUT, heading="H")
    assert max(len(line) for line in text.splitlines()) <= WIDTH


UNSEEN = ("\x00", "\x1b[31m", "\r", "\x85", "\u2028", "\u200b", "\u202e", "\ufeff", "\ud800", "\uffff")


@pytest.mark.parametrize("value", [*UNSEEN, 1.5, float("nan"), 10**18, b"x", [["a"]]])
def test_what_a_file_cannot_carry_is_refused(value: Any) -> None:
    with pytest.raises(Unwritable):
        to_yaml({"text": value}, LAYOUT, heading="")


def test_a_name_that_cannot_be_seen_is_refused() -> None:
    with pytest.raises(Unwritable):
        to_yaml({"a\u200b": 1}, LAYOUT, heading="")
