"""One verdict per intervention: the strictest applicable stance governs, and stricter unknown rules keep it open."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.engine.evaluation import Verdict
from pathways.engine.release import build_release
from pathways.engine.stances import Stance
from tests.engine.agreement import engine_for, evaluation_of
from tests.engine.documents import Document, finding, pathway, release, rule, with_rules

STRICTEST_FIRST = ("contraindicate", "withhold", "avoid", "discuss", "recommend", "consider")
A, B = finding("a"), finding("b")


def stance_rule(key: str, stance: str, when: str, intervention: str | None = "drug", **more: Any) -> Document:
    lifted = {"lifted_by": "Time lifts it."} if stance == "withhold" else {}
    return rule(key, stance, when, intervention, **lifted, **more)


def verdict(document: Document, intervention: Any = "drug", **findings: object) -> Verdict:
    record = {"id": "p", "as_of": "2026-11-22", "findings": findings}
    return evaluation_of(build_release(document), record).verdicts[intervention]


def two_rules(first: str, second: str) -> Document:
    return with_rules([A, B], stance_rule("first", first, "a is yes"), stance_rule("second", second, "b is yes"))


def test_the_strictness_of_stances() -> None:
    assert [Stance(stance).strictness for stance in STRICTEST_FIRST] == [6, 5, 4, 3, 2, 1]
    assert Stance.NOTE.strictness == 0


PAIRS = [
    (stricter, milder)
    for number, stricter in enumerate(STRICTEST_FIRST)
    for milder in STRICTEST_FIRST[number + 1 :]
]  # fmt: skip


@pytest.mark.parametrize(("stricter", "milder"), PAIRS)
def test_the_stricter_stance_governs(stricter: str, milder: str) -> None:
    found = verdict(two_rules(milder, stricter), a="yes", b="yes")
    assert found.stance is Stance(stricter)
    assert found.settled
    assert [rule.key for rule in found.governing] == ["second"]
    assert [rule.key for rule in found.overruled] == ["first"]


@pytest.mark.parametrize(("stricter", "milder"), PAIRS)
def test_an_unknown_stricter_rule_keeps_the_verdict_open(stricter: str, milder: str) -> None:
    found = verdict(two_rules(milder, stricter), a="yes")
    assert found.stance is Stance(milder)
    assert not found.settled
    assert found.needs == ("b",)
    assert [rule.key for rule in found.pending] == ["second"]


@pytest.mark.parametrize(("stricter", "milder"), PAIRS)
def test_an_unknown_milder_rule_does_not(stricter: str, milder: str) -> None:
    found = verdict(two_rules(stricter, milder), a="yes")
    assert (found.stance, found.settled, found.needs, found.pending) == (Stance(stricter), True, (), ())


@pytest.mark.parametrize("stance", STRICTEST_FIRST)
def test_an_unknown_rule_as_strict_as_the_governing_one_does_not(stance: str) -> None:
    found = verdict(two_rules(stance, stance), a="yes")
    assert (found.stance, found.settled, found.needs) == (Stance(stance), True, ())


@pytest.mark.parametrize("stance", STRICTEST_FIRST)
def test_rules_of_one_stance_govern_together(stance: str) -> None:
    found = verdict(two_rules(stance, stance), a="yes", b="yes")
    assert [rule.key for rule in found.governing] == ["first", "second"]
    assert found.overruled == ()


@pytest.mark.parametrize("stance", STRICTEST_FIRST)
def test_nothing_recorded_is_no_stance_and_open(stance: str) -> None:
    found = verdict(two_rules(stance, stance))
    assert (found.stance, found.settled, found.needs) == (None, False, ("a", "b"))


def test_no_rule_applying_is_no_stance_and_settled() -> None:
    found = verdict(two_rules("avoid", "recommend"), a="no", b="no")
    assert (found.stance, found.settled, found.needs, found.governing) == (None, True, (), ())


def test_an_intervention_without_rules_has_no_stance_and_is_settled() -> None:
    found = verdict(with_rules([A], interventions=("drug",)))
    assert (found.stance, found.settled, found.needs, found.satisfied) == (None, True, (), False)


def test_notes_take_no_part() -> None:
    document = with_rules([A, B], stance_rule("do", "consider", "a is yes"), rule("note", "note", "b is yes"))
    assert verdict(document, a="yes", b="yes").overruled == ()
    assert verdict(document, a="yes").settled
    assert verdict(document, a="no", b="yes").stance is None


def test_strictness_is_per_intervention_never_per_patient() -> None:
    document = with_rules(
        [A],
        stance_rule("no-drug", "contraindicate", "a is yes"),
        stance_rule("shunt", "recommend", "a is yes", "shunt"),
        interventions=("drug", "shunt"),
    )
    assert verdict(document, a="yes").stance is Stance.CONTRAINDICATE
    assert verdict(document, "shunt", a="yes").stance is Stance.RECOMMEND


def test_all_pathways_argue_about_one_intervention() -> None:
    document = release(
        [A, B],
        [
            pathway("giving", [stance_rule("give", "recommend", "always")], "a is yes"),
            pathway("bleeding", [stance_rule("hold", "withhold", "always")], "b is yes"),
        ],
    )
    assert verdict(document, a="yes", b="yes").stance is Stance.WITHHOLD
    assert verdict(document, a="yes", b="no").stance is Stance.RECOMMEND
    assert verdict(document, a="yes").needs == ("b",)


SCOPED = [
    # scope finding, rule finding, result
    ("yes", "yes", "applies"),
    ("yes", "no", "does_not_apply"),
    ("yes", None, "unknown"),
    ("no", "yes", "does_not_apply"),
    ("no", None, "does_not_apply"),
    (None, "yes", "unknown"),
    (None, "no", "does_not_apply"),
    (None, None, "unknown"),
]


@pytest.mark.parametrize(("scope", "own", "expected"), SCOPED)
def test_the_scope_is_joined_to_each_rule(scope: str | None, own: str | None, expected: str) -> None:
    document = release([A, B], [pathway("scoped", [stance_rule("r", "avoid", "b is yes")], "a is yes")])
    record = {"id": "p", "as_of": "2026-11-22", "findings": {"a": scope, "b": own}}
    assert engine_for(document)(record)["rules"]["r"] == expected


def accompanied() -> Document:
    note = rule("note", "note", None, accompanies=["first", "second"])
    first = pathway("one", [stance_rule("first", "consider", "b is yes")], "a is yes")
    second = pathway("two", [stance_rule("second", "consider", "d is yes"), note], "c is yes")
    return release([A, B, finding("c"), finding("d")], [first, second])


ACCOMPANYING = [
    # a, b, c, d, result of the note
    ("yes", "yes", "no", None, "applies"),
    ("yes", "yes", None, None, "applies"),
    ("no", "yes", "yes", "yes", "applies"),
    ("no", "yes", "no", "yes", "does_not_apply"),
    ("yes", None, "no", None, "unknown"),
    ("no", None, None, None, "unknown"),
]


@pytest.mark.parametrize(("a", "b", "c", "d", "expected"), ACCOMPANYING)
def test_an_accompanying_note_has_the_conditions_of_its_rules_scope_included(
    a: str | None, b: str | None, c: str | None, d: str | None, expected: str
) -> None:
    record = {"id": "p", "as_of": "2026-11-22", "findings": {"a": a, "b": b, "c": c, "d": d}}
    assert engine_for(accompanied())(record)["rules"]["note"] == expected


SATISFIED = [
    # stances and what they answer, recorded, satisfied
    ([("recommend", "flow")], {"flow": "open"}, True),
    ([("recommend", "flow")], {}, False),
    ([("consider", "flow")], {"flow": "blocked"}, True),
    ([("recommend", None)], {"flow": "open"}, False),
    ([("recommend", "flow"), ("recommend", None)], {"flow": "open"}, False),
    ([("recommend", "flow"), ("recommend", "exam")], {"flow": "open"}, False),
    ([("recommend", "flow"), ("recommend", "exam")], {"flow": "open", "exam": "yes"}, True),
    ([("recommend", "flow"), ("consider", None)], {"flow": "open"}, True),
    ([("recommend", "flow"), ("avoid", None)], {"flow": "open"}, False),
    ([("recommend", "flow")], {"flow": {"value": "open", "observed_on": "2026-11-01"}}, False),
    ([("recommend", "lobe")], {"lobe": "yes", "flow": "open"}, False),
]


@pytest.mark.parametrize(("stances", "recorded", "expected"), SATISFIED)
def test_advice_is_satisfied_when_all_governing_rules_answer_what_is_current(
    stances: list[tuple[str, str | None]], recorded: dict[str, object], expected: bool
) -> None:
    findings = [
        A,
        finding("flow", "open", "blocked", valid_days=14),
        finding("exam"),
        finding("lobe", asked_when="flow is blocked"),
    ]
    rules = [
        stance_rule(f"r{number}", stance, "a is yes", **({"answers": answers} if answers else {}))
        for number, (stance, answers) in enumerate(stances)
    ]
    assert verdict(with_rules(findings, *rules), a="yes", **recorded).satisfied is expected


def test_satisfied_advice_keeps_its_stance_and_may_be_open() -> None:
    document = with_rules(
        [A, B], stance_rule("study", "recommend", "always", answers="a"), stance_rule("no", "withhold", "b is yes")
    )
    found = verdict(document, a="no")
    assert (found.stance, found.settled, found.satisfied) == (Stance.RECOMMEND, False, True)


def test_verdicts_come_in_vocabulary_order_and_are_complete() -> None:
    names = ("drug", "shunt", "advice")
    built = build_release(with_rules([A], stance_rule("only", "avoid", "a is yes", "shunt"), interventions=names))
    record = {"id": "p", "as_of": "2026-11-22", "findings": {}}
    assert tuple(evaluation_of(built, record).verdicts) == names
