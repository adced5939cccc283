"""Every kind of check, on contents small enough to see the answer: once passing, once failing with its witness."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pathways.engine
from pathways.engine.prove import CheckersDisagree, CheckKind, ProofCancelled, broken_promises, prove
from pathways.engine.prover import Prover
from pathways.engine.release import Release
from pathways.engine.search import Patient, Search
from tests.engine import documents as d
from tests.engine.proving import of_kind, promise, recorded, release_with, results

COLOURS = ("red", "amber", "green")
YES, NO = "bleed is yes", "bleed is no"
OFFERED = {"stances": ["recommend", "consider"]}
BLEED_AND_FLOW = [d.finding("bleed"), d.finding("flow", *COLOURS)]


# Promises


def test_a_never_event_that_can_happen_yields_the_smallest_patient() -> None:
    release = release_with(
        [*BLEED_AND_FLOW, d.finding("other")],
        d.rule("give", "recommend", "flow is green"),
        d.rule("stop", "withhold", "bleed is yes and other is yes", lifted_by="Time."),
        promises=(promise("never-in-a-bleed", "never", when=YES, **OFFERED),),
    )
    result = results(release, CheckKind.PROMISE)["never-in-a-bleed"]
    assert not result.proved
    assert result.blocking
    assert recorded(result) == {"bleed": "yes", "flow": "green"}
    assert result.witness is not None
    assert result.witness.interventions == ("drug",)
    assert result.witness.rules == ("give",)
    assert "Drug is “recommend”, not settled" in result.text


def test_a_never_event_that_cannot_happen_is_proved() -> None:
    release = release_with(
        BLEED_AND_FLOW,
        d.rule("give", "recommend", "flow is green"),
        d.rule("stop", "avoid", YES),
        promises=(promise("never-in-a-bleed", "never", when=YES, **OFFERED),),
    )
    result = results(release, CheckKind.PROMISE)["never-in-a-bleed"]
    assert result.proved
    assert result.text == "Holds for every possible patient."
    assert prove(release).holds


def test_only_where_means_known_to_be_so() -> None:
    """Not knowing of a bleed is not the same as knowing that there is none."""
    unless = d.rule("stop", "avoid", YES)
    known = promise("only-without-a-bleed", "only where", when=NO, **OFFERED)
    careless = release_with(BLEED_AND_FLOW, d.rule("give", "consider", "flow is green"), unless, promises=(known,))
    assert recorded(results(careless, CheckKind.PROMISE)["only-without-a-bleed"]) == {"flow": "green"}
    careful = release_with(
        BLEED_AND_FLOW, d.rule("give", "consider", f"flow is green and {NO}"), unless, promises=(known,)
    )
    assert results(careful, CheckKind.PROMISE)["only-without-a-bleed"].proved


def test_a_known_promise_can_be_about_settled_verdicts_only() -> None:
    rules = (d.rule("give", "consider", "flow is green"), d.rule("stop", "avoid", YES))
    settled = promise("settled", "known", known=["bleed"], settled=True, **OFFERED)
    provisional = promise("provisional", "known", known=["bleed"], **OFFERED)
    found = results(release_with(BLEED_AND_FLOW, *rules, promises=(settled, provisional)), CheckKind.PROMISE)
    assert found["settled"].proved
    assert recorded(found["provisional"]) == {"flow": "green"}


def test_not_applicable_is_known() -> None:
    findings = [d.finding("bleed"), d.finding("exam", "stable", "unstable", asked_when=YES)]
    rules = (d.rule("give", "consider", NO), d.rule("stop", "avoid", "exam is not stable and bleed is yes"))
    known = promise("exam-known", "known", known=["exam"], **OFFERED)
    assert results(release_with(findings, *rules, promises=(known,)), CheckKind.PROMISE)["exam-known"].proved


def test_a_witness_has_what_makes_its_findings_be_asked() -> None:
    findings = [*BLEED_AND_FLOW, d.finding("exam", "stable", "unstable", asked_when=YES)]
    give = d.rule("give", "consider", "exam is stable")
    never = promise("never", "never", when="flow is red", **OFFERED)
    broken = results(release_with(findings, give, promises=(never,)), CheckKind.PROMISE)["never"]
    assert recorded(broken) == {"bleed": "yes", "flow": "red", "exam": "stable"}
    kept = release_with(findings, give, d.rule("stop", "avoid", "flow is red"), promises=(never,))
    assert results(kept, CheckKind.PROMISE)["never"].proved


def test_always_wants_a_stance_as_soon_as_its_findings_are_known() -> None:
    rules = (d.rule("red", "avoid", "flow is red"), d.rule("green", "recommend", "flow is green"))
    any_stance = promise("always", "always", when="always", known=["flow"])
    gap = results(release_with(BLEED_AND_FLOW, *rules, promises=(any_stance,)), CheckKind.PROMISE)["always"]
    assert recorded(gap) == {"flow": "amber"}
    assert "Drug has no stance, settled" in gap.text
    closed = release_with(BLEED_AND_FLOW, *rules, d.rule("amber", "discuss", "flow is amber"), promises=(any_stance,))
    assert results(closed, CheckKind.PROMISE)["always"].proved


def test_always_with_stances_wants_one_of_these() -> None:
    rules = (d.rule("give", "recommend", "flow is green"), d.rule("stop", "avoid", YES))
    always = promise("always", "always", when="flow is green", stances=["recommend"])
    result = results(release_with(BLEED_AND_FLOW, *rules, promises=(always,)), CheckKind.PROMISE)["always"]
    assert recorded(result) == {"bleed": "yes", "flow": "green"}
    assert result.witness is not None
    assert result.witness.rules == ("stop", "give")


def test_only_the_intervention_at_fault_is_named() -> None:
    release = release_with(
        BLEED_AND_FLOW,
        d.rule("give", "recommend", "flow is green", "device"),
        d.rule("stop", "avoid", YES, "drug"),
        interventions=("drug", "device"),
        promises=(promise("never", "never", when=YES, interventions=("drug", "device"), **OFFERED),),
    )
    result = results(release, CheckKind.PROMISE)["never"]
    assert result.witness is not None
    assert result.witness.interventions == ("device",)


def test_a_promise_that_speaks_of_nobody_says_so() -> None:
    release = release_with(
        BLEED_AND_FLOW,
        d.rule("stop", "avoid", YES),
        promises=(promise("never", "never", when="bleed is yes and bleed is no", **OFFERED),),
    )
    result = results(release, CheckKind.PROMISE)["never"]
    assert result.proved
    assert result.vacuous
    assert "no patient it speaks of" in result.text


def test_a_promise_may_set_a_threshold_that_no_rule_has() -> None:
    """Numbers are cut at the thresholds of promises as well, exactly and within their range and steps."""
    score = d.number("score", maximum=100, step=10)
    give = d.rule("give", "recommend", "score >= 70")
    below_75 = promise("below", "never", when="score < 75", **OFFERED)
    below_70 = promise("kept", "never", when="score < 65", **OFFERED)
    found = results(release_with([score], give, promises=(below_75, below_70)), CheckKind.PROMISE)
    assert recorded(found["below"]) == {"score": 70}
    assert found["kept"].proved


def test_values_in_a_witness_carry_their_unit() -> None:
    protein = d.number("protein", units=[{"code": "mg/dL", "factor": 1}, {"code": "g/L", "factor": 100}])
    release = release_with(
        [protein],
        d.rule("give", "recommend", "protein <= 1 g/L"),
        promises=(promise("never", "never", when="protein >= 100 mg/dL", **OFFERED),),
    )
    result = results(release, CheckKind.PROMISE)["never"]
    assert recorded(result) == {"protein": {"value": 100, "unit": "mg/dL"}}


# Rules


def test_a_rule_that_nobody_can_meet_is_dead() -> None:
    release = release_with(
        [d.number("score", maximum=100, step=10), d.finding("bleed")],
        d.rule("between", "recommend", "score > 60 and score < 70"),
        d.rule("alive", "recommend", "score > 50 and score < 70"),
        d.rule("note", "note", "bleed is yes and bleed is no", None),
    )
    found = results(release, CheckKind.DEAD_RULE)
    assert {key for key, result in found.items() if not result.proved} == {"between", "note"}
    assert found["between"].blocking
    assert "between" not in results(release, CheckKind.OVERRULED)


def test_a_rule_can_die_of_what_is_never_asked() -> None:
    findings = [d.finding("bleed"), d.finding("exam", "stable", "unstable", asked_when=YES)]
    release = release_with(findings, d.rule("dead", "avoid", "bleed is no and exam is stable"))
    assert not results(release, CheckKind.DEAD_RULE)["dead"].proved


def test_a_rule_that_stricter_ones_always_overrule_together() -> None:
    release = release_with(
        [d.finding("flow", *COLOURS), d.finding("bleed")],
        d.rule("give", "recommend", "flow is any of red, green"),
        d.rule("red", "avoid", "flow is red"),
        d.rule("green", "discuss", "flow is green"),
        d.rule("bleed", "avoid", YES),
    )
    found = results(release, CheckKind.OVERRULED)
    assert not found["give"].proved
    assert found["give"].others == ("red", "green")
    assert len(recorded(found["give"])) == 1
    assert found["give"].witness is not None
    assert found["give"].witness.rules[-1] == "give"
    assert {key for key, result in found.items() if result.proved} == {"red", "green", "bleed"}


def test_a_milder_rule_overrules_nothing() -> None:
    release = release_with(BLEED_AND_FLOW, d.rule("stop", "avoid", YES), d.rule("give", "recommend", "flow is green"))
    assert all(result.proved for result in results(release, CheckKind.OVERRULED).values())


def test_alternatives_that_add_nothing_are_a_warning() -> None:
    release = release_with(
        BLEED_AND_FLOW,
        d.rule("covered", "avoid", "bleed is yes\nbleed is yes and flow is red"),
        d.rule("useful", "recommend", "bleed is no\nflow is red"),
    )
    found = results(release, CheckKind.DEAD_ALTERNATIVE)
    assert not found["covered"].proved
    assert not found["covered"].blocking
    assert found["covered"].others == ("bleed is yes and flow is red",)
    assert found["useful"].proved


def test_rules_of_one_stance_that_nobody_tells_apart_are_a_warning() -> None:
    release = release_with(
        BLEED_AND_FLOW,
        d.rule("one", "avoid", YES),
        d.rule("same", "avoid", "bleed is not no"),
        d.rule("special", "avoid", "bleed is yes and flow is red"),
        d.rule("elsewhere", "discuss", YES),
    )
    found = results(release, CheckKind.REDUNDANT)
    assert found["one"].others == ("same",)
    assert not found["one"].blocking
    assert found["special"].proved
    assert "elsewhere" not in found
    assert of_kind(prove(release), CheckKind.REDUNDANT).keys() == {"one", "special"}


# Derived findings


def test_a_derived_finding_has_both_values() -> None:
    used = d.rule("give", "recommend", "good is yes\nalmost is yes")
    found = results(
        release_with(
            BLEED_AND_FLOW,
            used,
            derived=[
                d.derived("good", "flow is green"),
                d.derived("almost", "flow is any of red, amber, green"),
                d.derived("nested", "good is yes and bleed is no"),
            ],
        ),
        CheckKind.DERIVED,
    )
    assert found["good"].proved
    assert found["nested"].proved
    assert found["almost"].others == ("no",)
    assert found["almost"].blocking


# Thresholds

SCORE = d.number("score", maximum=100)
LOW = d.rule("low", "avoid", "score < 50")


def test_a_hole_between_two_thresholds() -> None:
    release = release_with([SCORE], LOW, d.rule("high", "recommend", "score > 50"))
    (result,) = results(release, CheckKind.HOLE).values()
    assert result.subject == "hole: drug: score = 50"
    assert not result.proved
    assert not result.blocking
    assert recorded(result) == {"score": 50}


def test_a_hole_is_one_however_often_it_is_cut() -> None:
    device = d.rule("cut", "avoid", "score >= 60", "device")
    high = d.rule("high", "recommend", "score > 70")
    release = release_with([SCORE], LOW, high, device, interventions=("drug", "device"))
    found = {subject for subject, result in results(release, CheckKind.HOLE).items() if not result.proved}
    assert found == {"hole: drug: score >= 50 and <= 70"}


def test_steps_close_a_hole() -> None:
    stepped = d.number("score", maximum=100, step=10)
    release = release_with([stepped], d.rule("low", "avoid", "score <= 50"), d.rule("high", "recommend", "score >= 60"))
    assert [result.proved for result in results(release, CheckKind.HOLE).values()] == [True]


def test_a_hole_for_one_patient_only_is_a_hole() -> None:
    """Where the rules have other terms, the same patient must be spoken of below and above."""
    low, high = d.rule("low", "avoid", "score < 50 and bleed is yes"), "score > 50 and "
    apart = release_with([SCORE, d.finding("bleed")], low, d.rule("high", "recommend", high + NO))
    assert all(result.proved for result in results(apart, CheckKind.HOLE).values())
    together = release_with([SCORE, d.finding("bleed")], low, d.rule("high", "recommend", high + YES))
    (hole,) = results(together, CheckKind.HOLE).values()
    assert recorded(hole) == {"score": 50, "bleed": "yes"}


def test_a_hole_in_a_derived_finding() -> None:
    release = release_with(
        [SCORE], d.rule("give", "recommend", "odd is yes"), derived=[d.derived("odd", "score < 50\nscore > 50")]
    )
    assert not results(release, CheckKind.HOLE)["hole: odd: score = 50"].proved


def test_an_overlap_of_different_stances() -> None:
    release = release_with([SCORE], LOW, d.rule("high", "recommend", "score >= 40"))
    (result,) = results(release, CheckKind.OVERLAP).values()
    assert result.subject == "overlap: low, high: score >= 40 and < 50"
    assert not result.blocking
    assert result.others == ("low", "high")
    assert recorded(result)["score"] in range(40, 50)


@pytest.mark.parametrize(("stance", "when"), [("avoid", "score >= 40"), ("recommend", "score < 30")])
def test_no_overlap_of_one_stance_or_of_one_inside_the_other(stance: str, when: str) -> None:
    release = release_with([SCORE], LOW, d.rule("high", stance, when))
    assert all(result.proved for result in results(release, CheckKind.OVERLAP).values())


def test_what_a_person_has_marked_as_intended_is_proved() -> None:
    intended = {"subject": "hole: drug: score = 50", "reason": "The board leaves 50 to the team."}
    release = release_with([SCORE], LOW, d.rule("high", "recommend", "score > 50"), intended=(intended,))
    result = results(release, CheckKind.HOLE)["hole: drug: score = 50"]
    assert result.proved
    assert "The board leaves 50 to the team." in result.text


# Running


def simple() -> Release:
    never = promise("never", "never", when=YES, **OFFERED)
    return release_with(
        BLEED_AND_FLOW,
        d.rule("give", "recommend", "flow is green"),
        d.rule("stop", "avoid", YES),
        promises=(never,),
    )


def test_progress_is_told_and_ends() -> None:
    told: list[tuple[int, int, str]] = []
    prove(simple(), progress=lambda *step: told.append(step))
    assert told[0] == (0, len(told) - 1, "promise: never")
    assert told[-1][0] == told[-1][1] == len(told) - 1


def test_a_proof_can_be_cancelled() -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(ProofCancelled):
        prove(simple(), cancelled=cancelled)
    assert len(asked) == 3


def test_the_proof_names_its_content_and_its_checker() -> None:
    release = simple()
    proof = prove(release)
    assert proof.content_sha256 == release.sha256
    assert proof.checker.startswith("z3 ")
    assert proof.seconds > 0


def test_what_the_solver_does_not_decide_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    import z3

    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    release = simple()
    proof = prove(release, seconds=3)
    assert not proof.holds
    undecided = of_kind(proof, CheckKind.PROMISE)["never"]
    assert undecided.text == "Not decided within 3 seconds, so it does not count as proved."
    assert proof.agreed == 0
    assert broken_promises(release) == ("never",)


def test_a_patient_the_solver_overlooks_is_found_by_the_second_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "answer", lambda _search: None)
    with pytest.raises(CheckersDisagree):
        prove(simple())


def test_a_patient_who_is_not_as_claimed_is_found_by_the_evaluator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "fewest", lambda *_: Patient({"bleed": 0}, {}))
    with pytest.raises(CheckersDisagree):
        prove(simple())


def test_too_many_patients_to_count_are_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pathways.engine.enumeration.MOST_PATIENTS", 3)
    proof = prove(simple())
    assert proof.holds
    assert proof.agreed < len(proof.results)


def test_broken_promises_are_named_without_a_whole_proof() -> None:
    kept, broken = promise("kept", "never", when=YES, **OFFERED), promise("broken", "never", when=NO, **OFFERED)
    rules = (d.rule("give", "recommend", "flow is green"), d.rule("stop", "avoid", YES))
    assert broken_promises(release_with(BLEED_AND_FLOW, *rules, promises=(kept, broken))) == ("broken",)


def test_two_proofs_share_nothing() -> None:
    one, other = Prover(simple(), 1), Prover(simple(), 1)
    assert one.logic.context is not other.logic.context


def test_only_one_module_knows_the_solver() -> None:
    engine = Path(pathways.engine.__file__ or "").parent
    importing = {
        path.name
        for path in engine.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import) and any(alias.name == "z3" for alias in node.names)
    }
    assert importing == {"logic.py"}
