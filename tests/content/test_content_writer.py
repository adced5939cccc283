"""The shipped files are exactly what is written for their document, and any document comes back from its files."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.content_files import SHIPPED, load_content, read_files
from pathways.content_writer import ForeignFiles, file_texts, write_content
from pathways.engine.release import canonical_json, content_hash
from pathways.yaml_files import read_text
from pathways.yaml_writer import Unwritable
from tests.content.folders import copied_content
from tests.content.test_yaml_writer import hostile_texts
from tests.engine.hypothesis_profiles import examples

DOCUMENT = load_content().document
Place = tuple[str | int, ...]


def files_below(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def test_the_shipped_files_are_in_the_form_that_is_written() -> None:
    shipped = files_below(SHIPPED)
    del shipped["schema.json"]
    assert file_texts(DOCUMENT) == shipped


def test_a_document_of_the_database_gives_the_same_files() -> None:
    """Where the fields of a document have lost their order."""
    assert file_texts(json.loads(canonical_json(DOCUMENT))) == file_texts(DOCUMENT)


def places_of(part: Any, place: Place = ()) -> Iterator[Place]:
    if isinstance(part, str):
        yield place
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in items:
        yield from places_of(value, (*place, name))


# What names a file cannot be hostile; all else may be anything.
PLACES = [place for place in places_of(DOCUMENT) if place[0] != "pathways" or place[2] != "code"]


def changed(document: dict[str, Any], place: Place, value: str) -> dict[str, Any]:
    found = copy.deepcopy(document)
    part: Any = found
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    return found


@examples(60)
@given(st.sampled_from(PLACES), hostile_texts)
def test_any_text_of_a_document_comes_back_from_its_files(place: Place, value: str) -> None:
    document = changed(DOCUMENT, place, value)
    texts = file_texts(document)
    parts = {name: read_text(text, name).document for name, text in texts.items()}
    assert {name: parts[f"{name}.yaml"] for name in ("vocabulary", "evidence", "safeguards")} == {
        name: document[name] for name in ("vocabulary", "evidence", "safeguards")
    }
    assert [parts[f"pathways/{pathway['code']}.yaml"] for pathway in document["pathways"]] == document["pathways"]
    assert (parts["release.yaml"]["title"], parts["release.yaml"]["status"]) == (document["title"], document["status"])


def test_a_change_of_one_word_changes_one_file_by_few_lines() -> None:
    place = ("pathways", 0, "rules", 0, "professional")
    before, after = file_texts(DOCUMENT), file_texts(changed(DOCUMENT, place, "Repeat the puncture."))
    (name,) = [name for name in before if before[name] != after[name]]
    assert name == "pathways/diagnosis.yaml"
    kept = set(before[name].splitlines())
    assert [line for line in after[name].splitlines() if line not in kept] == ["    professional: Repeat the puncture."]


@pytest.mark.parametrize("without", [["safeguards"], []])
def test_a_written_folder_loads_as_the_same_release(tmp_path: Path, without: list[str]) -> None:
    document = {name: part for name, part in DOCUMENT.items() if name not in without}
    write_content(document, tmp_path / "new" / "folder")
    assert load_content(tmp_path / "new" / "folder").release.sha256 == content_hash(document)


def test_the_additions_of_an_edited_release_come_back(tmp_path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["vocabulary"]["renamed"] = [{"key": "flow", "finding": "flow", "to": "csf_flow", "reason": "Clearer."}]
    document["evidence"]["questions"][0] |= {"answer": "70.", "answered_by": "A. Board", "answered_on": "2026-11-20"}
    document["pathways"][0] |= {"owner": "A. Board", "review_by": "2027-11-22"}
    rule = document["pathways"][0]["rules"][0]
    rule["places"] = dict.fromkeys(reversed(rule["references"]), "page 2")
    document["safeguards"]["intended"] = [{"subject": "kps", "reason": "Whole tens."}]
    write_content(document, tmp_path)
    assert read_files(tmp_path).document() == document
    assert load_content(tmp_path).release.vocabulary.renamed[0].to == "csf_flow"


# Folders


def test_a_pathway_that_is_gone_leaves_no_file(tmp_path: Path) -> None:
    folder = copied_content(tmp_path)
    fewer = {**DOCUMENT, "pathways": DOCUMENT["pathways"][:2]}
    (folder / ".git").mkdir()
    write_content(fewer, folder)
    assert sorted(path.name for path in (folder / "pathways").iterdir()) == ["diagnosis.yaml", "safety.yaml"]
    assert (folder / ".git").is_dir()
    assert (folder / "schema.json").is_file()


@pytest.mark.parametrize("foreign", ["notes.txt", "pathways/notes.txt", "pathways/a/b.yaml", "other/x.yaml"])
def test_a_folder_with_other_files_is_not_written_to(tmp_path: Path, foreign: str) -> None:
    (tmp_path / foreign).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / foreign).write_text("mine")
    with pytest.raises(ForeignFiles):
        write_content(DOCUMENT, tmp_path)
    assert files_below(tmp_path) == {foreign: "mine"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ForeignFiles):
        write_content(DOCUMENT, tmp_path / "file")


@pytest.mark.parametrize("code", ["../outside", "a/b", "", "A", "con.txt", None])
def test_a_pathway_names_no_file_out_of_the_folder(tmp_path: Path, code: str | None) -> None:
    with pytest.raises(Unwritable):
        write_content({**DOCUMENT, "pathways": [{**DOCUMENT["pathways"][0], "code": code}]}, tmp_path)
    assert list(tmp_path.iterdir()) == []
