"""Files that attack whoever reads them are refused at once, with the place and in words."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from pathways.content_files import UnusableContent, load_content
from pathways.yaml_files import MOST_BYTES, MOST_DEPTH, Fault, read_text, read_yaml
from tests.content.folders import SAFETY, break_file, copied_content

QUICK = 5.0  # seconds of computing; what is refused takes well under one

BOMB = "a: &a [x, x, x]\n" + "\n".join(
    f"{following}: &{following} [*{name}, *{name}, *{name}]" for name, following in pairwise("abcdefghi")
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copied_content(tmp_path)


def faults_in(text: str) -> list[Fault]:
    return read_text(text, "x.yaml").faults


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (BOMB, 1, "Anchors and aliases"),
        ("a: 1\nb: *a\n", 2, "Anchors and aliases"),
        ("a: !!python/object:os.system x\n", 1, "Tags such as"),
        ("a: 1\nb: 2\na: 3\n", 3, "The key “a” stands twice; it stood before at line 1."),
        ("a:\n  b: 1\n  b: 2\n", 3, "stands twice"),
        ("a: 1\n---\nb: 1\n", 2, "second document"),
        ('a: 1\nb: "\\0"\n', 2, "cannot be seen (U+0000)"),
        ('a: "\\u202egnihton"\n', 1, "U+202E, right-to-left override"),
        ('"a\\u200b": 1\n', 1, "U+200B, zero width space"),
        ('a: "\\ud800"\n', 1, "not YAML"),
        ("a: \x07\n", 1, "not YAML"),
        ("? [a]\n: b\n", 1, "plain text"),
        ("[" * 100_000, 1, "nested too deeply"),
        ("- " * 100_000, 1, "nested too deeply"),
        ("\n".join(" " * depth + "a:" for depth in range(MOST_DEPTH + 2)), MOST_DEPTH + 1, "nested too deeply"),
        ("\n".join(f"a: {number}" for number in range(100_000)), 201, "too many faults"),
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
    ],
)  # fmt: skip
def test_a_text_that_means_more_than_it_shows_is_refused(text: str, line: int, words: str) -> None:
    begun = time.process_time()
    faults = faults_in(text)
    assert any(fault.line == line and words in fault.message for fault in faults), faults[:3]
    assert time.process_time() - begun < QUICK


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"a: 1\nb: \xff\xfe\n", 2, "not UTF-8"),
        (b"a" * (MOST_BYTES + 1), 1, "larger than 2 MB"),
        (b"a: " + b"x" * 50_000_000, 1, "larger than 2 MB"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_content_are_refused(tmp_path: Path, content: bytes, line: int, words: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    begun = time.process_time()
    (fault,) = read_yaml(file, "x.yaml").faults
    assert (fault.line, words in fault.message) == (line, True)
    assert time.process_time() - begun < QUICK


def test_a_folder_in_the_place_of_a_file_is_refused(copy: Path) -> None:
    (copy / SAFETY).unlink()
    (copy / SAFETY).mkdir()
    with pytest.raises(UnusableContent, match=r"pathways/safety\.yaml:1: The file cannot be read"):
        load_content(copy)


def test_a_byte_order_mark_and_other_ends_of_lines_change_nothing(copy: Path) -> None:
    text = (copy / SAFETY).read_text("utf-8")
    (copy / SAFETY).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_content(copy).release.sha256 == load_content().release.sha256


CONDITIONS = {
    "of 1 MB": ("kps < 70\n" * 120_000, "longer than 20,000 characters"),
    "of many lines": ("kps < 70\n" * 201, "has 201 lines; at most 200"),
    "of many faulty lines": ("kpx < 70\n" * 200, "There is no finding `kpx`. Did you mean kps?"),
    "of one long word": ("k" * 19_000, "There is no finding `kkk"),
    "multiplied by the scope": (
        "\n".join(f"kps < {number} and kps > 10" for number in range(150)),
        "more than 200 alternatives",
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_huge_condition_is_refused(copy: Path, name: str) -> None:
    condition, words = CONDITIONS[name]
    break_file(copy, SAFETY, "scope: always", "scope: |\n  raised_icp is yes\n  raised_icp is no")
    old = "    when: |\n      cord_compression is yes\n"
    break_file(copy, SAFETY, old, "    when: |\n" + "".join(f"      {line}\n" for line in condition.splitlines()))
    begun = time.process_time()
    with pytest.raises(UnusableContent) as caught:
        load_content(copy)
    assert any(fault.file == SAFETY and words in fault.message for fault in caught.value.faults)
    assert all(len(fault.message) < 500 for fault in caught.value.faults)
    assert time.process_time() - begun < QUICK


def test_very_many_faults_are_refused_as_quickly_as_one(copy: Path) -> None:
    names = ", ".join(f"no-such-reference-{number}" for number in range(50_000))
    break_file(copy, SAFETY, "references: [flow-compartments,", f"references: [{names}, flow-compartments,")
    begun = time.process_time()
    with pytest.raises(UnusableContent, match="no-such-reference-1"):
        load_content(copy)
    assert time.process_time() - begun < QUICK
