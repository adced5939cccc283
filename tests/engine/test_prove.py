"""Promises, rules and derived findings in small contents: each check passing, and failing with its witness."""

from __future__ import annotations

from pathways.engine.prove import CheckKind, prove
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
