"""The drills can see a fault: hand-made facts, each with one thing wrong; and what is written about them is theirs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from drills import __main__ as command
from drills import catalogue, results
from drills.outcome import Control, Drill, Outcome, Setting, at_least, holds, none
from drills.rig.application import Clinician
from drills.rig.clinicians import Noted, Saved
from drills.rig.small_disk import outcome_from, printed
from drills.rig.verdict import Draft, Verdict, verdict_on

ANN = Clinician("ann", "", "person", "patient", "draft")
BEFORE = {"draft": Draft(revision=3, priorities="", keys=("old",), events=1)}
AFTER = Draft(revision=5, priorities="ann save 2", keys=("old", "first", "second"), events=3)


def told(*saves: tuple[str, str], tried: tuple[tuple[str, str], ...] = ()) -> Noted:
    acknowledged = [Saved("draft", key, text, 0.0, 1.0) for key, text in saves]
    return Noted(ANN, acknowledged=acknowledged, tried=[*saves, *tried], statuses={200: len(saves)})


BOTH = told(("first", "ann save 1"), ("second", "ann save 2"))


def verdict(noted: Noted = BOTH, after: Draft = AFTER) -> Verdict:
    return verdict_on([noted], BEFORE, {"draft": after})


def missed(found: Verdict) -> set[str]:
    return {check.name for check in found.checks(least=1) if not check.met}


class TestTheVerdict:
    def test_on_what_is_as_it_was_acknowledged(self) -> None:
        assert missed(verdict()) == set()
        assert verdict().acknowledged == 2

    def test_on_nothing_done(self) -> None:
        assert missed(verdict_on([Noted(ANN)], BEFORE, BEFORE)) == {"acknowledged saves"}

    def test_on_a_save_that_is_not_there(self) -> None:
        without = replace(AFTER, revision=4, keys=("old", "first"), events=2, priorities="ann save 1")
        assert missed(verdict(after=without)) == {"acknowledged saves lost"}
        assert verdict(after=without).lost == 1

    def test_on_a_save_without_an_answer_that_took_effect(self) -> None:
        unanswered = told(("first", "ann save 1"), tried=(("second", "ann save 2"),))
        assert missed(verdict(unanswered)) == set()

    def test_on_two_effects_under_one_key(self) -> None:
        twice = replace(AFTER, revision=6, keys=(*AFTER.keys, "second"), events=4)
        assert missed(verdict(after=twice)) == {"saves with two effects"}

    def test_on_two_effects_under_two_keys(self) -> None:
        again = told(("first", "ann save 1"), ("second", "ann save 2"), tried=(("third", "ann save 2"),))
        twice = replace(AFTER, revision=6, keys=(*AFTER.keys, "third"), events=4)
        assert missed(verdict(again, twice)) == {"saves with two effects"}

    def test_on_a_revision_that_no_save_explains(self) -> None:
        assert missed(verdict(after=replace(AFTER, revision=6))) == {"saves with two effects"}

    def test_on_a_save_without_its_event(self) -> None:
        assert missed(verdict(after=replace(AFTER, events=2))) == {"saves without their event in the audit log"}

    def test_on_an_event_without_its_save(self) -> None:
        assert missed(verdict(after=replace(AFTER, events=4))) == {"events without their save"}

    def test_on_an_older_text_over_a_newer_one(self) -> None:
        older = replace(AFTER, priorities="ann save 1")
        assert missed(verdict(after=older)) == {"drafts that do not show their newest save"}

    def test_on_a_save_of_nobody(self) -> None:
        foreign = replace(AFTER, revision=6, keys=("old", "first", "foreign", "second"), events=4)
        assert missed(verdict(after=foreign)) == {"saves in the database that nobody sent"}

    def test_on_answers_that_no_fault_explains(self) -> None:
        surprised = told(("first", "ann save 1"), ("second", "ann save 2"))
        surprised.surprises.append("400 for save 'ann save 2'")
        surprised.statuses[500] = 1
        assert missed(verdict(surprised)) == {"answers that no fault explains", "answers with status 500"}


class TestADrill:
    def test_passes_only_with_a_control_that_missed(self) -> None:
        met = none("lost", 0)
        assert Outcome([met], [Control("unsafe", missed=True)]).passed
        assert not Outcome([met], [Control("unsafe", missed=False)]).passed
        assert not Outcome([met], []).passed
        assert not Outcome([], [Control("unsafe", missed=True)]).passed
        assert not Outcome([met, at_least("work", 1, 2)], [Control("unsafe", missed=True)]).passed

    def test_draws_the_same_faults_for_the_same_seed(self, tmp_path: Path) -> None:
        first, again, other = (
            Setting(seed=seed, quick=True, folder=tmp_path).chance("kills").random() for seed in (1, 1, 2)
        )
        assert first == again != other

    def test_in_a_name_space_of_its_own_says_the_same(self) -> None:
        outcome = Outcome((none("lost", 0),), (Control("unsafe", missed=True, figures={"lost": 2}),), {"kills": 3})
        assert outcome_from(json.loads(printed(outcome))) == outcome


class TestTheCommandLine:
    def test_lists_the_drills(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main([]) == 0
        listed = capsys.readouterr().out
        assert all(name in listed for name in catalogue.DRILLS)

    def test_leaves_out_of_the_quick_set_what_the_machine_does_not_allow(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(results, "LAST", tmp_path)
        no_disk = Drill("made_up", "Nothing is broken.", lambda _: Outcome([], []), why_not=lambda: "no disk here")
        monkeypatch.setattr(catalogue, "DRILLS", {"made_up": no_disk})
        assert command.main(["--quick"]) == 0
        assert "LEFT OUT: made_up: no disk here" in capsys.readouterr().out
        assert command.main(["made_up", "--quick"]) == 1  # whoever asks for it is told that it failed

    def test_knows_no_other_names(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["kill_everything"]) == 2
        assert "There is no drill kill_everything. Drills: kill_application_postgresql" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [
            pytest.param(Outcome([holds("stands", True)], [Control("unsafe", missed=True)]), 0, id="passed"),
            pytest.param(Outcome([holds("stands", True)], [Control("unsafe", missed=False)]), 1, id="control"),
            pytest.param(Outcome([holds("stands", False)], [Control("unsafe", missed=True)]), 1, id="missed"),
            pytest.param(None, 1, id="broke"),
        ],
    )
    def test_fails_where_a_drill_fails(
        self,
        outcome: Outcome | None,
        status: int,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def run(setting: Setting) -> Outcome:
            if outcome is None:
                raise TimeoutError("Nobody saved.")
            return outcome

        monkeypatch.setitem(catalogue.DRILLS, "made_up", Drill("made_up", "Nothing is broken.", run))
        monkeypatch.setattr(results, "LAST", tmp_path)
        assert command.main(["made_up", "--quick", "--seed", "7"]) == status
        assert "made_up, seed 7:" in capsys.readouterr().out
        kept = results.Result.from_json((tmp_path / "made_up.json").read_text(encoding="utf-8"))
        assert (kept.seed, kept.passed) == (7, status == 0)


class TestTheReference:
    def test_is_what_the_recorded_results_say(self) -> None:
        assert results.PAGE.read_text(encoding="utf-8") == results.page(results.recorded())

    def test_has_results_of_drills_that_exist_in_full_and_passed(self) -> None:
        for result in results.recorded():
            assert result.name in catalogue.DRILLS
            assert result.sentence == catalogue.DRILLS[result.name].sentence, result.name
            assert (result.quick, result.passed) == (False, True), result.name

    def test_says_what_was_missed(self) -> None:
        result = results.Result.of(
            Drill("made_up", "Nothing is broken.", lambda _setting: Outcome([], [])),
            Outcome([none("lost", 2)], [Control("unsafe", missed=False, figures={"lost": 0})], {"kills": 3}),
            seed=7,
            quick=False,
            seconds=1.0,
        )
        text = results.section(result)
        assert "FAILED" in text
        assert "| lost | 2 (missed) | none |" in text
        assert "Control: unsafe: DID NOT FAIL (lost 0)." in text
        assert "Besides: kills 3." in text
