"""What would change a verdict: every offered change is possible, was evaluated, and is as small as it can be."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.cones import cone_of_verdict
from pathways.engine.evaluation import Evaluation, Verdict, evaluate
from pathways.engine.lifting import Way, WhatWouldChange, what_would_change
from pathways.engine.observations import Observation
from pathways.engine.possible_changes import Change, followed_by, is_for_good
from pathways.engine.reach import Reach, is_only_unknown, is_open, reach_of
from pathways.engine.release import Release, build_release
from pathways.engine.vocabulary import Kind
from tests.engine.agreement import evaluation_of
from tests.engine.documents import Document, derived, finding, number, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, patients
from tests.shipped import shipped_content

SHIPPED = shipped_content()
NEVER_BACK = {"from": ["present", "resolved"], "to": ["none"], "instead": "Record it as resolved."}

FINDINGS = [
    finding("bleed", "none", "present", "resolved", event=True, event_label="Scan", cannot_return=NEVER_BACK),
    finding("flow", "open", "blocked", valid_days=28, overtaken_by=["bleed is any of present, resolved"]),
    finding("exam", "stable", "unstable", asked_when="bleed is any of present, resolved"),
    finding("radiated", event=True, event_label="Date"),
    finding("tumour", "breast", "lung", "skin", "other"),
    number("kps", maximum=100, step=10, valid_days=14),
]
RULES = [
    rule("never-blocked", "contraindicate", "flow is blocked"),
    rule("not-now", "withhold", "bleed is present\nbleed is resolved and exam is unstable", lifted_by="A scan."),
    rule("not-radiated", "avoid", "radiated is yes"),
    rule("not-poor", "avoid", "fitness is poor"),
    rule("discuss-lung", "discuss", "tumour is any of lung, skin"),
    rule("may", "consider", "flow is open and bleed is not present"),
]
RELEASE = build_release(with_rules(FINDINGS, *RULES, derived=[derived("fitness", "kps < 70", "poor", "good")]))
CALM = {"bleed": "none", "flow": "open", "radiated": "no", "tumour": "breast", "kps": 80}


def found(**findings: Any) -> WhatWouldChange:
    return found_in(RELEASE, **findings)


def found_in(release: Release, **findings: Any) -> WhatWouldChange:
    record = {"id": "p", "as_of": "2026-11-22", "findings": {**CALM, **findings}}
    return what_would_change(evaluation_of(release, record), "drug")


def said(ways: tuple[Way, ...]) -> list[str]:
    """ "flow open -> consider", with "?" where the verdict would not be settled."""
    return [f"{' + '.join(map(change_said, way.changes))} -> {outcome(way.then)}" for way in ways]


def change_said(change: Change) -> str:
    return f"{change.finding} {'/'.join(map(words, change.values))}"


def words(value: Any) -> str:
    return value if isinstance(value, str) else format(value, "f")


def outcome(verdict: Verdict) -> str:
    return f"{verdict.stance.value if verdict.stance else 'none'}{'' if verdict.settled else '?'}"


MILDER = [
    ({"flow": "blocked"}, ["flow open -> consider"]),
    ({"kps": 60}, ["kps 70 -> consider"]),
    ({"kps": 60, "tumour": "lung"}, ["kps 70 -> discuss", "tumour breast/other + kps 70 -> consider"]),
    # the scan that shows it comes later: the flow study of today has to be repeated, whatever it was
    ({"bleed": "present", "exam": "stable"}, ["bleed resolved + flow open -> consider"]),
    ({"bleed": "present"}, ["bleed resolved + flow open + exam stable -> consider"]),
    # what happened has happened
    ({"radiated": "yes"}, []),
    # and an older one all the more
    (
        {"bleed": "present", "exam": "stable", "flow": {"value": "open", "observed_on": "2026-11-20"}},
        ["bleed resolved + flow open -> consider"],
    ),
    (
        {"bleed": "present", "flow": {"value": "open", "observed_on": "2026-11-20"}},
        ["bleed resolved + flow open + exam stable -> consider"],
    ),
]


@pytest.mark.parametrize(("recorded", "expected"), MILDER, ids=[str(number) for number in range(len(MILDER))])
def test_the_smallest_changes_that_lift_or_soften(recorded: dict[str, Any], expected: list[str]) -> None:
    assert said(found(**recorded).milder) == expected


def test_what_reopens_a_verdict_is_said_apart_with_what_it_still_needs() -> None:
    (way,) = found(bleed="present").not_settled
    assert said((way,)) == ["bleed resolved -> none?"]
    assert way.then.needs == ("flow", "exam")


def test_what_would_make_it_stricter_in_the_order_of_the_vocabulary() -> None:
    assert said(found().stricter) == [
        "bleed present -> withhold?",
        "flow blocked -> contraindicate",
        "radiated yes -> avoid",
        "tumour lung/skin -> discuss",
        "kps 60 -> avoid",
    ]


def test_every_answer_to_a_missing_finding_with_its_verdict() -> None:
    answers = found(flow=None).answers
    assert [said(ways) for ways in answers] == [["flow open -> consider", "flow blocked -> contraindicate"]]
    assert said(found(flow=None).milder) == []  # said already


def test_together_the_missing_findings_settle_it() -> None:
    both = found(flow=None, kps=None)
    assert said(both.milder) == ["flow open + kps 70 -> consider"]
    assert [ways[0].changes[0].finding for ways in both.answers] == ["flow", "kps"]


def test_a_bleed_that_was_present_is_never_offered_as_none() -> None:
    for recorded in ("present", "resolved"):
        old = {"value": recorded, "observed_on": "2026-01-01"}
        for exam in ("stable", "unstable", None):
            assert "bleed none" not in str(every_way(found(bleed=old, exam=exam)))


def test_a_prohibition_that_is_merely_not_known_any_more_was_not_lifted() -> None:
    """A bleed of today overtakes the flow study of yesterday: the block is unknown then, and not gone."""
    record = {"flow": {"value": "blocked", "observed_on": "2026-11-21"}, "bleed": "none"}
    ways = found(**record)
    assert "bleed resolved" not in str(said(ways.milder) + said(ways.not_settled))
    assert said(ways.milder) == ["flow open -> consider"]


def test_a_bleed_is_never_what_would_lift_a_prohibition() -> None:
    """A new bleed ends the contraindication after a resolved one, and brings a prohibition of its own; a patient who
    never bled does not bleed, and recover, in order that something may be given.
    """
    after = rule("never-with-radiation", "contraindicate", "bleed is resolved and radiated is yes")
    only = rule("only-after", "recommend", "bleed is resolved and radiated is no and kps >= 70")
    worse = rule("not-now", "withhold", "bleed is present", lifted_by="A scan.")
    unfit = rule("unfit", "avoid", "kps < 70")
    release = build_release(with_rules(FINDINGS, after, only, worse, unfit, derived=[]))
    assert said(found_in(release, bleed="resolved", radiated="yes").milder) == []
    assert said(found_in(release, kps=60).milder) == ["kps 70 -> none"]
    assert said(found_in(release, bleed="present", kps=60).milder) == [
        "bleed resolved -> avoid",
        "bleed resolved + kps 70 -> recommend",
    ]


def test_leaving_the_scope_of_a_pathway_lifts_nothing_of_what_it_says() -> None:
    content = with_rules(
        FINDINGS,
        rule("not-lung", "avoid", "tumour is lung"),
        rule("unfit", "withhold", "kps < 70", lifted_by="A score."),
    )
    content["pathways"][0]["scope"] = "exam is stable"
    release = build_release(content)
    ways = found_in(release, kps=60, bleed="resolved", exam="stable")
    assert said(ways.milder) == ["kps 70 -> none"]
    assert said(ways.outside) == ["exam unstable -> none"]


def test_a_verdict_that_nothing_could_change() -> None:
    always = build_release(with_rules(FINDINGS, rule("always", "avoid", "always")))
    nothing = what_would_change(evaluation_of(always, {"id": "p", "as_of": "2026-11-22", "findings": CALM}), "drug")
    assert (nothing.milder, nothing.stricter, nothing.not_settled, nothing.answers) == ((), (), (), ())


def test_three_reasons_at_once_all_have_to_go() -> None:
    names = ("bleed", "pressure", "block")
    either = rule("any", "withhold", "\n".join(f"{name} is yes" for name in names), lifted_by="All gone.")
    release = build_release(with_rules([finding(name) for name in names], either))
    record = {"id": "p", "as_of": "2026-11-22", "findings": dict.fromkeys(names, "yes")}
    ways = what_would_change(evaluation_of(release, record), "drug")
    assert said(ways.milder) == ["bleed no + pressure no + block no -> none"]


def test_no_more_than_six_are_returned_and_the_rest_is_counted() -> None:
    names = [f"f{number}" for number in range(9)]
    rules = [rule(f"rule-{name}", "avoid", f"{name} is yes") for name in names]
    release = build_release(with_rules([finding(name) for name in names], *rules))
    record = {"id": "p", "as_of": "2026-11-22", "findings": dict.fromkeys(names, "no")}
    ways = what_would_change(evaluation_of(release, record), "drug")
    assert (len(ways.stricter), ways.more_stricter) == (6, 3)


# Laws


def every_way(ways: WhatWouldChange) -> list[Way]:
    return [*ways.milder, *ways.stricter, *ways.not_settled, *(way for answers in ways.answers for way in answers)]


def applied(before: Evaluation, way: Way, pick: int = 0, *, later: bool = True) -> Evaluation:
    """The patient with the findings observed today, after all others or beside them, evaluated with the release."""
    observed = {one.finding: (before.release.vocabulary.findings[one.finding], one.values) for one in way.changes}
    changed = {
        code: Observation(
            value := values[min(pick, len(values) - 1)],
            before.as_of,
            str(value),
            definition.units[0].code if definition.units else None,
        )
        for code, (definition, values) in observed.items()
    }
    both = {**before.observations, **changed}
    if later:
        both = followed_by(before.observations, changed, before.release.vocabulary, before.as_of)
    return evaluate(before.release, both, before.as_of)


def assert_promises_are_kept(before: Evaluation, intervention: str) -> None:
    now, ways = before.verdicts[intervention], what_would_change(before, intervention)
    for way in every_way(ways):
        for pick in range(max(len(change.values) for change in way.changes)):
            then = applied(before, way, pick).verdicts[intervention]
            assert (then.stance, then.settled, then.needs) == (way.then.stance, way.then.settled, way.then.needs)
            if way.then.settled:  # whether or not what was recorded today still counts
                recorded_today = applied(before, way, pick, later=False).verdicts[intervention]
                assert (recorded_today.stance, recorded_today.settled) == (way.then.stance, way.then.settled)
    for way in (*ways.milder, *ways.stricter, *ways.not_settled):
        after = applied(before, way)
        assert reach_of(before, after, intervention) is not Reach.NOWHERE
        assert not is_only_unknown(now, before, after)
        assert len({change.finding for change in way.changes}) == len(way.changes) <= 3
        assert all(is_possible(before, change.finding, value) for change in way.changes for value in change.values)
        assert_no_part_is_as_good(before, after, intervention, way)


def is_possible(before: Evaluation, code: str, value: Any) -> bool:
    definition, observed = before.release.vocabulary.findings[code], before.observations.get(code)
    never = definition.cannot_return
    if observed is None:
        return True
    if never is not None and observed.value in never.before and value in never.after:
        return False
    return not (definition.event and definition.kind is Kind.YES_NO and (observed.value, value) == ("yes", "no"))


def assert_no_part_is_as_good(before: Evaluation, after: Evaluation, intervention: str, way: Way) -> None:
    reached = reach_of(before, after, intervention)
    for size in range(1, len(way.changes)):
        for part in combinations(way.changes, size):
            alone = applied(before, Way(part, way.then))
            assert reached.is_further_than(reach_of(before, alone, intervention))


@st.composite
def contents_with_a_patient(draw: st.DrawFn) -> tuple[Document, Record]:
    content = draw(small_contents())
    return content, draw(patients(content))


@examples(100)
@given(contents_with_a_patient())
def test_every_promise_is_kept_whatever_the_content(case: tuple[Document, Record]) -> None:
    before = evaluation_of(build_release(case[0]), case[1])
    for intervention in before.verdicts:
        assert_promises_are_kept(before, intervention)


@examples(30)
@given(patients(SHIPPED.document), st.sampled_from(list(SHIPPED.release.rules_of)))
def test_every_promise_about_the_shipped_content_is_kept(record: Record, intervention: str) -> None:
    assert_promises_are_kept(evaluation_of(SHIPPED.release, record), intervention)


@examples(60)
@given(contents_with_a_patient())
def test_no_single_change_is_overlooked(case: tuple[Document, Record]) -> None:
    """Tried one by one: every option of every finding, and each number on its own."""
    before = evaluation_of(build_release(case[0]), case[1])
    for intervention, now in before.verdicts.items():
        ways = what_would_change(before, intervention)
        if is_open(now) or ways.more_milder or ways.more_stricter:
            continue
        offered = {way.changes[0].finding for way in (*ways.milder, *ways.stricter, *ways.not_settled, *ways.outside)}
        for code in cone_of_verdict(before.release, intervention) & set(before.release.vocabulary.findings):
            definition, observed = before.release.vocabulary.findings[code], before.observations.get(code)
            values = [value for value in values_of(before, code) if not is_for_good(definition, observed, value)]
            tried = [one_change(before, code, value) for value in values]
            if any(reach_of(before, after, intervention) is not Reach.NOWHERE for after in tried):
                assert code in offered


def values_of(before: Evaluation, code: str) -> list[Any]:
    definition = before.release.vocabulary.findings[code]
    if definition.kind is Kind.NUMBER:
        return [Decimal(number) for number in range(0, 101, 10)]
    return [value for value in definition.option_codes() if is_possible(before, code, value)]


def one_change(before: Evaluation, code: str, value: Any) -> Evaluation:
    observed = Observation(value, before.as_of, str(value))
    later = followed_by(before.observations, {code: observed}, before.release.vocabulary, before.as_of)
    return evaluate(before.release, later, before.as_of)
