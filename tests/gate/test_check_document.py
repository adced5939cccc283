"""From a document to a report: what cannot be read is located, and the proof only follows what could."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pathways.content_files import load_content
from pathways.engine import prove
from pathways.engine.proofs import CheckersDisagree, CheckKind, NotDecided, Proof, ProofCancelled
from pathways.engine.release import Release, content_hash
from pathways.gate.check import check_document
from pathways.gate.report import STANDING, Level, Report
from tests.engine.documents import Document
from tests.gate.contents import PART, TODAY, document, lines_of, proof, proves, report_on, result

Prover = Callable[..., Proof]
STATEMENT: Document = {"code": "A25", "text": "Bleeding is dangerous.", "carried_by": []}


@pytest.fixture
def proving(monkeypatch: pytest.MonkeyPatch) -> Callable[[Prover], None]:
    """Puts a function in the place of the solver."""

    def use(prover: Prover) -> None:
        monkeypatch.setattr(prove, "prove", prover)

    return use


def spoiled(change: Callable[[Document], Any]) -> Document:
    made = document()
    change(made)
    return made


@pytest.mark.parametrize(
    ("change", "place", "field", "words"),
    [
        (
            lambda made: made["pathways"][0]["rules"][0].update(references=["local", "gone"]),
            (PART, "rules/gives"),
            "references",
            "There is no reference “gone”.",
        ),
        (
            lambda made: made["pathways"][0]["rules"][1].update(when="bled is yes"),
            (PART, "rules/forbids"),
            "when",
            "There is no finding `bled`. Did you mean bleed? (line 1, column 1)",
        ),
        (
            lambda made: made["safeguards"]["promises"][0].update(interventions=["druk"]),
            ("safeguards", "promises/never-in-bleeding"),
            "interventions",
            "There is no intervention “druk”. Did you mean drug?",
        ),
        (
            lambda made: made["vocabulary"]["findings"][1].update(asked_when="fewer is yes"),
            ("vocabulary", "findings/bleed"),
            "asked_when",
            "There is no finding `fewer`.",
        ),
    ],
)
def test_what_is_wrong_is_located(change: Any, place: tuple[str, str], field: str, words: str) -> None:
    report = check_document(spoiled(change), today=TODAY)
    line = next(line for line in report.lines if words in line.text)
    assert line.level is Level.BLOCKING
    assert line.check == "content"
    assert (line.part, line.entry) == place
    assert line.details["field"] == field
    assert report.proof is None
    assert report.cases == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda made: made["pathways"][0]["rules"][0].update(references=["gone"]),
            "Only, rule gives, references: There is no reference “gone”.",
        ),
        (
            lambda made: made["vocabulary"]["findings"][2]["units"][0].update(colour="red"),
            "Findings and interventions, finding weight, units, no. 1: Additional properties are not allowed",
        ),
        (
            lambda made: made["evidence"]["statements"].append(STATEMENT | {"carried_by": ["finding:gone"]}),
            "References, statements and questions, source statement “Bleeding is dangerous.”",
        ),
        (
            lambda made: made["evidence"]["statements"].append(STATEMENT | {"text": 7}),
            "References, statements and questions, a source statement, text: ",
        ),
    ],
)
def test_people_read_where_it_is_in_words(change: Any, words: str) -> None:
    texts = [line.text for line in check_document(spoiled(change), today=TODAY).blocking]
    assert any(text.startswith(words) for text in texts), texts
    assert not any("A25" in text or "/" in text for text in texts)


def test_content_that_is_not_read_is_not_proved(proving: Callable[[Prover], None]) -> None:
    def never(*args: Any, **more: Any) -> Proof:
        pytest.fail("the proof was begun")

    proving(never)
    made = spoiled(lambda made: made["pathways"][0]["rules"][0].update(when=""))
    report = check_document(made, today=TODAY)
    assert report.sha256 == content_hash(made)
    assert {line.level for line in report.lines} == {Level.BLOCKING}


@pytest.mark.parametrize(
    "made", [{}, {"format": 1}, {"format": 1, "pathways": 7}, {"format": 1, "vocabulary": [], "pathways": [[], 3]}]
)
def test_anything_at_all_gets_a_report(made: Document) -> None:
    assert check_document(made, today=TODAY).blocking


def test_a_field_that_does_not_exist_blocks() -> None:
    made = spoiled(lambda made: made["pathways"][0]["rules"][0].update(profesional="Mistyped."))
    line = lines_of(report_on(made), "content", Level.BLOCKING)[0]
    assert (line.part, line.entry) == (PART, "rules/gives")
    assert "profesional" in line.text


def test_without_the_proof_the_report_says_so() -> None:
    line = lines_of(report_on(document()), "proved-by")[0]
    assert line.level is Level.WARNING
    assert report_on(document()).proof is None


def test_blocking_lines_come_first_and_what_was_checked_last(proving: Callable[[Prover], None]) -> None:
    proving(proves(proof(result(CheckKind.PROMISE, "never-in-bleeding"))))
    levels = [line.level for line in check_document(document(cases=()), today=TODAY).lines]
    order = list(Level)
    assert levels == sorted(levels, key=order.index)
    assert set(levels) == set(Level)


def test_the_solver_gets_the_release_and_the_wishes_of_the_caller(proving: Callable[[Prover], None]) -> None:
    steps: list[str] = []

    def prover(release: Release, *, progress: Any, cancelled: Any) -> Proof:
        progress(1, 2, "Proving")
        assert cancelled() is False
        return proof(result(CheckKind.PROMISE, "never-in-bleeding", proved=True))

    proving(prover)
    report = check_document(
        document(), today=TODAY, progress=lambda *told: steps.append(told[2]), cancelled=lambda: False
    )
    assert steps == ["Reading the content", "Checking wording and citations, running the cases", "Proving"]
    assert not report.blocking
    assert report.proof is not None
    assert [case.id for case in report.cases] == ["case-treated", "case-bleeding"]


def test_a_cancelled_proof_gives_no_report(proving: Callable[[Prover], None]) -> None:
    def prover(release: Release, **more: Any) -> Proof:
        raise ProofCancelled

    proving(prover)
    with pytest.raises(ProofCancelled):
        check_document(document(), today=TODAY)


@pytest.mark.parametrize("fault", [NotDecided("out of time"), CheckersDisagree("rule gives")])
def test_a_proof_that_comes_to_no_end_blocks(proving: Callable[[Prover], None], fault: Exception) -> None:
    def prover(release: Release, **more: Any) -> Proof:
        raise fault

    proving(prover)
    report: Report = check_document(document(), today=TODAY)
    line = lines_of(report, "proved-by")[0]
    assert line.level is Level.BLOCKING
    assert str(fault) in line.text
    assert report.proof is None


def test_thousands_of_problems_are_cut_short() -> None:
    made = spoiled(lambda made: made["pathways"][0]["rules"][0].update(references=["gone"] * 5000))
    assert 100 < len(report_on(made).blocking) < 1000
    made = spoiled(lambda made: made["evidence"].update(cautions=[{"key": f"k-{n}", "odd": n} for n in range(5000)]))
    assert 100 < len(report_on(made).blocking) < 1000


def test_a_huge_text_is_refused_in_no_time() -> None:
    made = spoiled(lambda made: made["pathways"][0]["rules"][0].update(professional="1," * 500_000))
    report = report_on(made)
    assert lines_of(report, "wording-length", Level.BLOCKING) or lines_of(report, "content", Level.BLOCKING)


# With the real solver


def test_the_shipped_content_passes_the_gate() -> None:
    shipped = load_content()
    report = check_document(shipped.document, today=TODAY, baseline=shipped.document)
    assert [line.text for line in report.blocking] == []
    assert report.proof is not None
    assert report.proof.content_sha256 == report.sha256 == shipped.release.sha256
    assert lines_of(report, "promise-not-proved", Level.PASSED)


def test_a_broken_promise_shows_a_patient_and_how_to_keep_it_as_a_case() -> None:
    careless = spoiled(lambda made: made["pathways"][0]["rules"].pop(1))
    careless["pathways"][0]["rules"][0]["when"] = "fever is yes"
    careless["safeguards"]["cases"] = []
    line = lines_of(check_document(careless, today=TODAY), "promise-not-proved", Level.BLOCKING)[0]
    assert (line.part, line.entry) == ("safeguards", "promises/never-in-bleeding")
    witness = line.details["witness"]
    assert witness["findings"] == ["Fever: Yes", "Bleed: Yes"]
    assert [(given["label"], given["verdict"]) for given in witness["verdicts"]] == [("Drug", "Consider")]
    assert [rule["wording"] for rule in witness["rules"]] == ["Wording of gives."]
    careless["safeguards"]["cases"] = [witness["case"]]
    assert lines_of(report_on(careless), "case-failing")[0].level is Level.PASSED


def test_a_promise_about_nobody_is_pointed_out() -> None:
    made = spoiled(lambda made: made["safeguards"]["promises"][0].update(when="bleed is yes and bleed is no"))
    assert lines_of(check_document(made, today=TODAY), "promise-empty", Level.WARNING)


def test_warnings_that_the_release_in_force_gives_as_well_are_marked() -> None:
    def no_review(made: Document) -> None:
        made["pathways"][0].pop("review_by")

    before, now = spoiled(no_review), spoiled(no_review)
    now["safeguards"]["cases"] = []
    warnings = report_on(now, baseline=before).warnings
    standing = {line.check: bool(line.details.get(STANDING)) for line in warnings}
    assert standing["review-date"]
    assert not standing["case-failing"]
    assert not any(line.details.get(STANDING) for line in report_on(now).lines)
