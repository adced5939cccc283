"""The shipped files load as they are, and a broken copy is refused with the file, the line and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathways.content_files import UnusableContent, load_content
from pathways.engine.release import build_release, content_hash
from pathways.yaml_files import Fault
from tests.content.breakages import BREAKAGES, Breakage
from tests.content.folders import (
    BLEED,
    DIAGNOSIS,
    EVIDENCE,
    INITIAL,
    RELEASE,
    SAFEGUARDS,
    SAFETY,
    VOCABULARY,
    break_file,
    copied_content,
)
from tests.content.review_breakages import REVIEW_BREAKAGES
from tests.content.safeguard_breakages import SAFEGUARD_BREAKAGES


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copied_content(tmp_path)


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(UnusableContent) as caught:
        load_content(folder)
    return caught.value.faults


def test_the_shipped_files_load() -> None:
    shipped = load_content()
    assert [pathway.code for pathway in shipped.release.pathways] == [
        "diagnosis", "safety", "initial-treatment", "intracranial-bleed",
    ]  # fmt: skip
    assert {code: len(part) for code, part in (
        ("findings", shipped.release.vocabulary.findings),
        ("interventions", shipped.release.vocabulary.interventions),
        ("rules", shipped.release.rules),
        ("questions", shipped.release.evidence.questions),
    )} == {"findings": 28, "interventions": 13, "rules": 67, "questions": 12}  # fmt: skip
    assert shipped.release.status == "under review"


def test_a_copy_is_the_same_release(copy: Path) -> None:
    assert load_content(copy).release.sha256 == load_content().release.sha256


def test_a_release_is_hashed_by_what_it_says_not_by_how_it_is_laid_out(copy: Path) -> None:
    text = (copy / SAFETY).read_text("utf-8")
    (copy / SAFETY).write_text("# A remark.\n\n" + text.replace("statements: []", "statements:   [ ]"), "utf-8")
    assert load_content(copy).release.sha256 == load_content().release.sha256


def test_the_hash_is_that_of_the_document() -> None:
    shipped = load_content()
    assert content_hash(shipped.document) == shipped.release.sha256
    assert build_release(shipped.document).sha256 == shipped.release.sha256


def reported_at(faults: list[Fault], breakage: Breakage, line: int) -> bool:
    return any(
        fault.file == breakage.file and fault.line == line and all(word in fault.message for word in breakage.words)
        for fault in faults
    )


ALL_BREAKAGES = [*BREAKAGES, *SAFEGUARD_BREAKAGES, *REVIEW_BREAKAGES]


@pytest.mark.parametrize("breakage", ALL_BREAKAGES, ids=[breakage.name for breakage in ALL_BREAKAGES])
def test_a_broken_copy_is_refused_with_file_and_line(copy: Path, breakage: Breakage) -> None:
    line = break_file(copy, breakage.file, breakage.old, breakage.new)
    faults = faults_of(copy)
    assert reported_at(faults, breakage, line + breakage.below), "\n".join(str(fault) for fault in faults)


def test_everything_that_is_wrong_is_said_at_once(copy: Path) -> None:
    for file, old, new in (
        (INITIAL, "csf_flow is obstructed\n", "csf_flo is obstructed\n"),
        (INITIAL, "statements: [B6]", "statements: [B99]"),
        (SAFETY, "references: [flow-compartments,", "references: [flow-compartment,"),
        (BLEED, "stance: withhold", "stance: hold"),
        (VOCABULARY, 'factor: "0.1"', 'factor: "a tenth"'),
        (EVIDENCE, '"finding:kps"', '"finding:karnofsky"'),
        (DIAGNOSIS, "scope: lm_diagnosis is suspected", "scope: lm_diagnosis is suspectd"),
    ):
        break_file(copy, file, old, new)
    text = "\n".join(str(fault) for fault in faults_of(copy))
    for words in ("csf_flo", "B99", "flow-compartment", "hold", "factor", "karnofsky", "suspectd"):
        assert words in text


def test_faults_are_sorted_by_file_and_line(copy: Path) -> None:
    break_file(copy, INITIAL, "deposits is nodular\n", "deposits is nodula\n")
    break_file(copy, INITIAL, "csf_flow is obstructed\n", "csf_flo is obstructed\n")
    places = [(fault.file, fault.line) for fault in faults_of(copy)]
    assert places == sorted(places)


@pytest.mark.parametrize("file", [RELEASE, VOCABULARY, EVIDENCE, SAFETY])
def test_a_missing_file_is_named(copy: Path, file: str) -> None:
    (copy / file).unlink()
    assert any(fault.file == file and "missing" in fault.message for fault in faults_of(copy))


@pytest.mark.parametrize("file", [RELEASE, VOCABULARY, EVIDENCE, SAFEGUARDS, SAFETY])
@pytest.mark.parametrize(
    "content", [b"", b"# nothing\n", b"[]\n", b"text\n", b"\xff\xfe\n", b"a: &x [*x]\n", b"a: !!python/none\n"]
)
def test_an_unusable_file_is_named(copy: Path, file: str, content: bytes) -> None:
    (copy / file).write_bytes(content)
    assert any(fault.file == file for fault in faults_of(copy))


def test_a_folder_without_safeguards_promises_nothing(copy: Path) -> None:
    """As does a release that was stored before there were safeguards."""
    (copy / SAFEGUARDS).unlink()
    content = load_content(copy)
    assert "safeguards" not in content.document
    assert content.release.safeguards.promises == {}


def test_a_pathway_cannot_be_named_out_of_the_folder(copy: Path) -> None:
    (copy.parent / "outside.yaml").write_text((copy / SAFETY).read_text("utf-8"), "utf-8")
    break_file(copy, RELEASE, "[diagnosis, safety,", '[diagnosis, "../../outside",')
    assert any(fault.file == RELEASE for fault in faults_of(copy))


def test_yes_no_none_and_dates_stay_text() -> None:
    document = load_content().document
    findings = {finding["code"]: finding for finding in document["vocabulary"]["findings"]}
    assert [option["code"] for option in findings["vte"]["options"]] == ["none", "established", "life_threatening"]
    assert findings["intracranial_bleed"]["cannot_return"]["to"] == ["none"]
    derived = {one["code"]: one for one in document["vocabulary"]["derived"]}
    assert (derived["symptomatic_site"]["value"], derived["symptomatic_site"]["otherwise"]) == ("yes", "no")
    assert all(isinstance(article["updated"], str) for article in document["evidence"]["articles"])


def test_wording_is_there_for_professionals_and_for_patients_or_a_reason_why_not() -> None:
    for rule in load_content().release.rules.values():
        assert rule.professional
        assert (rule.patient is None) != (rule.patient_omitted is None)
        assert rule.professional != rule.patient
