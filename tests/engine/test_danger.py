"""When a changed release is dangerous, by hand and against every patient there is."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pathways.engine.danger import confirmed, differing_interventions, is_dangerous, milder_patient
from pathways.engine.proofs import CheckersDisagree, NotDecided, Witness
from pathways.engine.release import build_release
from tests.engine import documents as d
from tests.engine.agreement import evaluation_of
from tests.engine.documents import Document
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, patients

COLOURS = ("red", "amber", "green")
Change = Callable[[Document], None]

ORIGINAL = d.with_rules(
    [
        d.finding("bleed"),
        d.finding("flow", *COLOURS, valid_days=7, overtaken_by=["device is yes"]),
        d.finding("device"),
        d.finding("exam", "stable", "unstable", asked_when="bleed is yes"),
        d.number("score", maximum=100, step=10, valid_days=14),
    ],
    d.rule("give", "recommend", "flow is green and score >= 70"),
    d.rule("stop", "avoid", "bleed is yes"),
    d.rule("ask", "discuss", "exam is unstable"),
    d.rule("same", "avoid", "bleed is yes and score < 50"),
    d.rule("other", "consider", "flow is red", "apparatus"),
    interventions=("drug", "apparatus"),
)


def finding(document: Document, code: str) -> Document:
    return next(one for one in document["vocabulary"]["findings"] if one["code"] == code)


def rule(document: Document, key: str) -> Document:
    return next(one for one in document["pathways"][0]["rules"] if one["key"] == key)


def changed(document: Document, change: Change) -> Document:
    mutant = deepcopy(document)
    change(mutant)
    return mutant


def found_in(change: Change) -> Witness | None:
    return milder_patient(build_release(ORIGINAL), build_release(changed(ORIGINAL, change)))


def sets(owner: Callable[[Document, str], Document], name: str, **values: Any) -> Change:
    return lambda document: owner(document, name).update(values)


def drop_rule(key: str) -> Change:
    def change(document: Document) -> None:
        document["pathways"][0]["rules"].remove(rule(document, key))

    return change


def test_the_same_content_is_not_dangerous() -> None:
    assert found_in(lambda _document: None) is None


def test_what_takes_no_part_in_a_verdict_is_not_dangerous() -> None:
    release, mutant = build_release(ORIGINAL), build_release(changed(ORIGINAL, sets(rule, "stop", patient="Other.")))
    assert differing_interventions(release, mutant) == ()


def test_dropping_a_redundant_rule_is_not_dangerous() -> None:
    assert found_in(drop_rule("same")) is None


@pytest.mark.parametrize(
    ("change", "findings"),
    [
        pytest.param(drop_rule("stop"), {"bleed": "yes"}, id="a prohibition less"),
        pytest.param(sets(rule, "stop", stance="discuss"), {"bleed": "yes"}, id="a milder stance"),
        pytest.param(sets(rule, "other", when="flow is red and flow is green"), {"flow": "red"}, id="an offer less"),
        pytest.param(sets(rule, "other", when="flow is any of red, amber"), {"flow": "amber"}, id="an offer more"),
        pytest.param(
            sets(rule, "other", when="flow is red\nscore >= 30"), {"score": 30}, id="an offer at a new threshold"
        ),
    ],
)
def test_milder_advice_is_dangerous(change: Change, findings: dict[str, Any]) -> None:
    witness = found_in(change)
    assert witness is not None
    assert witness.record["findings"] == findings


def test_a_stricter_stance_is_dangerous_only_where_it_settles() -> None:
    assert found_in(sets(rule, "ask", stance="avoid")) is None
    settling = found_in(sets(rule, "ask", stance="contraindicate", when="score < 70"))
    assert settling is not None
    assert list(settling.record["findings"]) == ["score"]
    assert settling.interventions == ("drug",)


def test_what_is_settled_only_because_it_is_stricter_can_be_left_out() -> None:
    stricter = changed(ORIGINAL, sets(rule, "ask", stance="contraindicate", when="score < 70"))
    assert milder_patient(build_release(ORIGINAL), build_release(stricter), even_if_stricter=False) is None


def test_a_recommendation_of_what_was_only_considered_is_dangerous() -> None:
    witness = found_in(sets(rule, "other", stance="recommend"))
    assert witness is not None
    assert (witness.interventions, list(witness.record["findings"])) == (("apparatus",), ["flow"])


def test_what_is_not_asked_any_more_may_settle_a_verdict() -> None:
    witness = found_in(sets(finding, "exam", asked_when="bleed is no"))
    assert witness is not None
    assert "drug" in witness.interventions


@pytest.mark.parametrize("days", [6, 8, None])
def test_another_limit_of_age_is_dangerous_on_the_day_between(days: int | None) -> None:
    witness = found_in(sets(finding, "flow", valid_days=days))
    assert witness is not None
    age = {6: "2026-11-15", 8: "2026-11-14"}
    observed = witness.record["findings"]["flow"]["observed_on"]
    assert observed == age[days] if days is not None else observed < "2026-11-15"


def test_forgetting_what_overtakes_is_dangerous() -> None:
    witness = found_in(sets(finding, "flow", overtaken_by=[]))
    assert witness is not None
    assert witness.record["findings"]["flow"]["observed_on"] < "2026-11-22"


def test_another_limit_of_what_no_verdict_depends_on_is_not_dangerous() -> None:
    assert found_in(sets(finding, "device", valid_days=3)) is None


def test_what_is_not_decided_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import z3

    monkeypatch.setattr(z3.Solver, "check", lambda *_: z3.unknown)
    with pytest.raises(NotDecided):
        found_in(drop_rule("stop"))


def test_a_patient_in_no_danger_is_no_witness() -> None:
    release = build_release(ORIGINAL)
    with pytest.raises(CheckersDisagree):
        confirmed(release, release, {"id": "p", "as_of": "2026-11-22", "findings": {"bleed": "yes"}})


@st.composite
def mutants(draw: st.DrawFn) -> tuple[Document, Document, list[Record]]:
    """A small content, one change to it, and patients of whom some may be in danger."""
    document = draw(small_contents())
    mutant = deepcopy(document)
    every_rule = [one for pathway in mutant["pathways"] for one in pathway["rules"] if one["stance"] != "note"]
    assume(every_rule)
    kind = draw(st.sampled_from(("stance", "when", "days", "overtaking", "asked")))
    chosen = draw(st.sampled_from(mutant["vocabulary"]["findings"]))
    if kind == "stance":
        draw(st.sampled_from(every_rule))["stance"] = draw(st.sampled_from(("avoid", "discuss", "recommend")))
    elif kind == "when":
        one = draw(st.sampled_from(every_rule))
        one["when"] = one["when"].split("\n")[0].split(" and ")[0]
    elif kind == "days":
        chosen["valid_days"] = draw(st.sampled_from((0, 2, 5)))
    elif kind == "overtaking":
        chosen["overtaken_by"] = []
    else:
        chosen.pop("asked_when", None)
    for one in every_rule:
        if one["stance"] not in ("recommend", "consider"):
            one.pop("answers", None)
    return document, mutant, draw(st.lists(patients(document), min_size=20, max_size=20))


@examples(40)
@given(mutants())
def test_no_patient_is_in_danger_where_none_is_found(drawn: tuple[Document, Document, list[Record]]) -> None:
    """The other way round needs no test: a witness is confirmed by the evaluator, or an error is raised."""
    original, mutant = build_release(drawn[0]), build_release(drawn[1])
    if milder_patient(original, mutant) is not None:
        return
    for record in drawn[2]:
        before, after = evaluation_of(original, record), evaluation_of(mutant, record)
        assert not any(is_dangerous(before.verdicts[code], after.verdicts[code]) for code in before.verdicts)
