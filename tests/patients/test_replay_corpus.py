"""Evaluations kept from earlier versions: the engine that runs now reaches every one of them again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pathways.engine import currency, evaluation
from pathways.engine.currency import Recorded
from pathways.engine.release import build_release
from pathways.engine.stances import STRICTNESS, Stance
from pathways.engine.truth import FALSE, UNKNOWN
from pathways.engine.vocabulary import Vocabulary
from patients.replay import Difference, differences_in
from tests.replay_corpus import kept
from tests.replay_corpus.add import add
from tests.replay_corpus.synthetic import synthetic

CORPORA = {path.stem: path for path in kept.corpora()}
MEANT = "tests/replay_corpus is never rewritten: a changed file changes what was signed"


def evaluated_parts(path: Path) -> list[dict[str, Any]]:
    return [record for record in kept.records(path) if "evaluated" in record]


def differing(path: Path) -> dict[str, tuple[Difference, ...]]:
    found = {one["id"]: differences_in(one, kept.release(one["release"])) for one in evaluated_parts(path)}
    return {name: differences for name, differences in found.items() if differences}


@pytest.mark.parametrize("name", sorted(CORPORA))
def test_every_kept_evaluation_comes_out_again(name: str) -> None:
    assert differing(CORPORA[name]) == {}


def test_the_kept_files_are_those_that_were_kept() -> None:
    assert {kept.named(path): kept.hash_of(path) for path in kept.files()} == kept.manifest(), MEANT


def test_they_are_many_and_cover_every_worked_case() -> None:
    records = [one for path in kept.corpora() for one in evaluated_parts(path)]
    assert len(records) >= 495
    assert len({one["id"] for one in records if not one["id"].startswith("invented-")}) >= 95
    assert sum(path.stat().st_size for path in kept.files()) < 1_500_000


@pytest.mark.parametrize("name", ["2026-11-shipped", "2026-11-synthetic"])
def test_every_rule_is_true_false_and_unknown_somewhere(name: str) -> None:
    records = evaluated_parts(CORPORA[name])
    always = {"scan-may"}
    for truth in ("true", "false", "unknown"):
        found = {key for one in records for key, result in one["evaluated"]["rules"].items() if result == truth}
        everything = set(records[0]["evaluated"]["rules"])
        assert everything - found - (always if truth != "true" else set()) == set(), truth


def test_every_way_not_to_count_occurs() -> None:
    reasons = {reason.value for reason in currency.Reason} - {"not recorded"}
    for name in ("2026-11-shipped", "2026-11-synthetic"):
        found = {why for one in evaluated_parts(CORPORA[name]) for why in one["evaluated"]["not_counting"].values()}
        assert found == reasons


def test_the_synthetic_release_is_still_the_one_that_was_kept() -> None:
    assert build_release(synthetic()).sha256 in {path.stem for path in kept.RELEASES.iterdir()}


# A guard that cannot fail guards nothing: each of these is an engine that somebody might write by mistake.


def milder_governs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STRICTNESS, Stance.CONTRAINDICATE, 1)
    monkeypatch.setitem(STRICTNESS, Stance.CONSIDER, 6)


def a_day_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    original = currency.recorded_state

    def late(finding: Any, observations: Any, as_of: Any) -> Recorded:
        found = original(finding, observations, as_of)
        if found.fault is not currency.Reason.TOO_OLD or found.observation is None:
            return found
        is_late = (as_of - found.observation.observed_on).days == finding.valid_days + 1
        return Recorded(found.observation, None) if is_late else found

    monkeypatch.setattr(currency, "recorded_state", late)


def unknown_is_no(monkeypatch: pytest.MonkeyPatch) -> None:
    original = evaluation.result_of

    def certain(*arguments: Any) -> Any:
        truth = original(*arguments)
        return FALSE if truth is UNKNOWN else truth

    monkeypatch.setattr(evaluation, "result_of", certain)


def nothing_is_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(currency, "value_test", lambda _: lambda _: False)


def needs_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Vocabulary.in_order
    monkeypatch.setattr(Vocabulary, "in_order", lambda self, codes: tuple(reversed(original(self, codes))))


def never_satisfied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "is_satisfied", lambda *_: False)


WRONG_ENGINES = (
    milder_governs, a_day_longer, unknown_is_no, nothing_is_overtaken, needs_in_another_order, never_satisfied,
)  # fmt: skip


@pytest.mark.parametrize("name", ["2026-11-shipped", "2026-11-synthetic"])
@pytest.mark.parametrize("wrong", WRONG_ENGINES, ids=lambda wrong: wrong.__name__)
def test_a_wrong_engine_is_noticed(
    name: str, wrong: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = next(kept.records(CORPORA[name]))["release"]
    fresh = build_release(kept.release_document(sha256))  # what a wrong engine works out is kept by nobody
    wrong(monkeypatch)
    assert any(differences_in(one, fresh) for one in evaluated_parts(CORPORA[name]))


def test_a_changed_letter_in_a_kept_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "2026-11-synthetic.jsonl"
    changed = (kept.FOLDER / name).read_text(encoding="utf-8").replace("recommend", "consider", 1)
    assert hashlib.sha256(changed.encode()).hexdigest() != kept.manifest()[name]
    (tmp_path / name).write_text(changed, encoding="utf-8")
    [differences] = differing(tmp_path / name).values()
    assert [(one.part, one.field, one.stored, one.now) for one in differences] == [
        ("verdicts", "stance", "consider", "recommend")
    ]


def test_a_corpus_is_added_and_never_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, path in {
        "FOLDER": tmp_path,
        "RELEASES": tmp_path / "releases",
        "MANIFEST": tmp_path / "SHA256SUMS",
    }.items():
        monkeypatch.setattr(kept, name, path)
    assert add("first", synthetic(), 3, 1).startswith("3 records in first.jsonl")
    before = {path: path.read_bytes() for path in kept.files()}
    with pytest.raises(SystemExit, match="never rewritten"):
        add("first", synthetic(), 4, 1)
    add("second", synthetic(), 2, 2)
    assert {path: path.read_bytes() for path in before} == before
    assert {kept.named(path): kept.hash_of(path) for path in kept.files()} == kept.manifest()
    assert differing(tmp_path / "second.jsonl") == {}
