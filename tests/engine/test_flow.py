"""The flow diagram says what the rules say: nothing more, nothing less, and of each patient what the engine says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.advice_classes import OF_STANCE, class_of
from pathways.engine.conditions import Term
from pathways.engine.evaluation import Evaluation
from pathways.engine.explain import why_unknown
from pathways.engine.release import Release, build_release
from pathways.engine.rules import Pathway
from pathways.engine.truth import FALSE, TRUE, UNKNOWN
from pathways.flow import Ending, Mark, Question, Reading, Show, ShownFlow, flow_of, shown_flow
from pathways.flow.graph import GENERAL_NOTES, URGENT_NOTES, Step
from pathways.flow.reading import KnownValue
from pathways.flow.shown import ShownEnding, ShownQuestion, ShownStep, nodes_of
from tests.engine.agreement import evaluation_of
from tests.engine.documents import Document, derived, finding, number, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, patients
from tests.shipped import shipped_content

SHIPPED = shipped_content()
PATHWAYS = {pathway.code: pathway for pathway in SHIPPED.release.pathways}
Way = tuple[str, frozenset[Term]]


@st.composite
def contents_with_a_patient(draw: st.DrawFn) -> tuple[Document, Record]:
    document = draw(small_contents())
    return document, draw(patients(document))


def ways(steps: Iterable[Step], before: tuple[Term, ...] = ()) -> Iterator[tuple[Ending, tuple[Term, ...]]]:
    for step in steps:
        if isinstance(step, Ending):
            yield step, before
            continue
        for branch in step.branches:
            assert {term.finding for term in branch.terms} == {step.finding}
            yield from ways(branch.steps, before + branch.terms)


def drawn(release: Release, pathway: Pathway) -> Counter[Way]:
    flow = flow_of(release, pathway)
    found: Counter[Way] = Counter()
    for section in flow.sections:
        for ending, terms in ways(section.steps):
            assert set(terms) == set(ending.alternative.terms)
            found[ending.rule, frozenset(terms)] += 1
    return found


def written(release: Release, pathway: Pathway) -> Counter[Way]:
    """Each alternative of each rule; a note that accompanies has the ways of the rules of this pathway it goes with."""
    own = [one for one in pathway.rules if not one.accompanies]
    notes = [(note.key, release.rules[key]) for note in release.rules.values() for key in note.accompanies]
    said = [(one.key, one) for one in own] + [(key, one) for key, one in notes if one.pathway == pathway.code]
    return Counter((key, frozenset(way.terms)) for key, one in said for way in one.own_condition.alternatives)


def reading_of(evaluation: Evaluation) -> Reading:
    values = {
        code: KnownValue("not known" if known is None else str(known)) for code, known in evaluation.known.items()
    }
    return Reading(evaluation, values, "/form/")


def flows(evaluation: Evaluation, show: Show = Show.ALL) -> list[ShownFlow]:
    release, reading = evaluation.release, reading_of(evaluation)
    return [shown_flow(release, one, reading=reading, show=show) for one in release.pathways]


def endings(evaluation: Evaluation, mark: Mark, show: Show = Show.ALL) -> set[str]:
    return {ending.rule for flow in flows(evaluation, show) for ending in flow.endings(mark)}


def where(evaluation: Evaluation, truth: object) -> set[str]:
    return {key for key, found in evaluation.rules.items() if found is truth}


# The rules and nothing else


@pytest.mark.parametrize("code", PATHWAYS)
def test_every_way_is_one_alternative_of_one_rule_and_every_alternative_is_a_way(code: str) -> None:
    assert drawn(SHIPPED.release, PATHWAYS[code]) == written(SHIPPED.release, PATHWAYS[code])


@examples(30)
@given(small_contents())
def test_the_same_holds_for_any_content(document: Document) -> None:
    release = build_release(document)
    for pathway in release.pathways:
        assert drawn(release, pathway) == written(release, pathway)


def test_every_shipped_rule_stands_in_some_diagram() -> None:
    shown = {way[0] for pathway in PATHWAYS.values() for way in drawn(SHIPPED.release, pathway)}
    assert shown == set(SHIPPED.release.rules)


def test_what_rules_share_is_asked_once_and_first() -> None:
    flow = flow_of(SHIPPED.release, PATHWAYS["intracranial-bleed"])
    for section in flow.sections:
        (first,) = section.steps
        assert isinstance(first, Question)
        assert first.finding == "intracranial_bleed", section.code


def test_urgent_notes_come_first_and_general_notes_last() -> None:
    assert flow_of(SHIPPED.release, PATHWAYS["safety"]).sections[0].code == URGENT_NOTES
    assert flow_of(SHIPPED.release, PATHWAYS["initial-treatment"]).sections[-1].code == GENERAL_NOTES


def test_two_limits_of_one_number_are_one_answer() -> None:
    document = with_rules([number("kps")], rule("middle", "consider", "kps >= 50 and kps < 70"))
    release = build_release(document)
    (question,) = shown_flow(release, release.pathways[0]).sections[0].steps
    assert isinstance(question, ShownQuestion)
    assert [branch.answer for branch in question.branches] == ["50 or more and below 70"]


def test_a_derived_question_says_what_it_follows_from() -> None:
    flow = shown_flow(SHIPPED.release, PATHWAYS["initial-treatment"])
    told = {sentence for section in flow.sections for sentence in section.derivations}
    assert (
        "Prognosis group: Poor where Karnofsky performance status (KPS) is below 70; or Life expectancy is"
        " Under 1 month; otherwise Favourable" in told
    )


def test_no_dose_and_no_figure_stands_in_a_box_without_what_limits_it() -> None:
    for pathway in PATHWAYS.values():
        flow = shown_flow(SHIPPED.release, pathway)
        for ending in flow.endings(Mark.NOBODY):
            assert ending.word != "Note" or ending.title.endswith("in full in the list below")
            assert not any(character.isdigit() for character in ending.title), ending


# This patient


@examples(30)
@given(patients(SHIPPED.document))
def test_what_is_marked_is_what_the_engine_says(record: Record) -> None:
    evaluation = evaluation_of(SHIPPED.release, record)
    assert endings(evaluation, Mark.TAKEN) == where(evaluation, TRUE)
    assert endings(evaluation, Mark.WAITING) == where(evaluation, UNKNOWN)
    assert endings(evaluation, Mark.TAKEN, Show.MINE) == where(evaluation, TRUE)
    assert endings(evaluation, Mark.WAITING, Show.MINE) == where(evaluation, UNKNOWN)
    assert not endings(evaluation, Mark.REST, Show.MINE)


@examples(30)
@given(contents_with_a_patient())
def test_the_same_holds_for_any_content_and_patient(case: tuple[Document, Record]) -> None:
    document, record = case
    evaluation = evaluation_of(build_release(document), record)
    assert endings(evaluation, Mark.TAKEN) == where(evaluation, TRUE)
    assert endings(evaluation, Mark.WAITING) == where(evaluation, UNKNOWN)
    assert endings(evaluation, Mark.REST) >= where(evaluation, FALSE)


@examples(25)
@given(patients(SHIPPED.document))
def test_waiting_names_every_finding_that_would_settle_it(record: Record) -> None:
    evaluation = evaluation_of(SHIPPED.release, record)
    told: dict[str, str] = {}
    for flow in flows(evaluation):
        for ending in flow.endings(Mark.WAITING):
            told[ending.rule] = told.get(ending.rule, "") + ending.standing
    for key, words in told.items():
        for code in why_unknown(evaluation, SHIPPED.release.rules[key]):
            assert SHIPPED.release.vocabulary.findings[code].label in words, key


@examples(30)
@given(patients(SHIPPED.document))
def test_what_is_not_settled_or_overruled_is_never_shown_as_advice(record: Record) -> None:
    evaluation = evaluation_of(SHIPPED.release, record)
    for flow in flows(evaluation):
        for ending in flow.endings(Mark.TAKEN):
            rule = SHIPPED.release.rules[ending.rule]
            if not rule.takes_part or rule.intervention is None:
                continue
            verdict = evaluation.verdicts[rule.intervention]
            assert ending.is_overruled is (rule not in verdict.governing)
            if ending.is_overruled:
                assert f"overruled: {class_of(verdict).word}" in ending.tag
            else:
                assert ending.class_code == class_of(verdict).code
                assert ending.word == class_of(verdict).word


@examples(25)
@given(patients(SHIPPED.document))
def test_a_thick_line_goes_only_as_far_as_everything_on_it_is_known_to_hold(record: Record) -> None:
    evaluation = evaluation_of(SHIPPED.release, record)
    for flow in flows(evaluation):
        assert (flow.start.mark is Mark.TAKEN) is (evaluation.truth_of(PATHWAYS[flow.pathway].scope) is TRUE)
        for section in flow.sections:
            unbroken(section.steps, above=flow.start.mark)


def unbroken(steps: tuple[ShownStep, ...], *, above: Mark) -> None:
    for step in steps:
        assert step.mark is not Mark.TAKEN or above is Mark.TAKEN
        assert step.mark is not Mark.WAITING or above in (Mark.TAKEN, Mark.WAITING)
        if isinstance(step, ShownQuestion):
            assert (step.mark is Mark.REST) is not leads(step)
            for branch in step.branches:
                assert branch.mark is not Mark.TAKEN or step.mark is Mark.TAKEN
                unbroken(branch.steps, above=branch.mark)


def leads(question: ShownQuestion) -> bool:
    below = [step for branch in question.branches for step in nodes_of(branch.steps)]
    return any(isinstance(one, ShownEnding) and one.mark in (Mark.TAKEN, Mark.WAITING) for one in below)


DRUGS = [finding("flow", "open", "blocked"), finding("bleed")]


def ending_of(document: Document, key: str, **findings: object) -> ShownEnding:
    release = build_release(document)
    record = {"id": "p", "as_of": "2026-11-22", "findings": findings}
    (flow,) = flows(evaluation_of(release, record))
    return next(one for one in nodes_of(flow.sections[0].steps) if isinstance(one, ShownEnding) and one.rule == key)


TWO_RULES = with_rules(
    DRUGS, rule("give", "recommend", "flow is open"), rule("never", "contraindicate", "bleed is yes")
)


def test_advice_that_nothing_can_change_any_more() -> None:
    ending = ending_of(TWO_RULES, "give", flow="open", bleed="no")
    assert (ending.said, ending.tag, ending.mark) == ("Do use drug", "This patient", Mark.TAKEN)


def test_advice_that_something_unknown_could_still_rule_out() -> None:
    ending = ending_of(TWO_RULES, "give", flow="open")
    assert ending.word == "Not settled"
    assert ending.tag == "This patient so far: do; not advice yet, waiting for Bleed"


def test_a_rule_that_applies_and_is_overruled() -> None:
    ending = ending_of(TWO_RULES, "give", flow="open", bleed="yes")
    assert ending.tag == "This patient, but overruled: Do not"


def test_a_rule_that_waits_and_would_be_overruled() -> None:
    ending = ending_of(TWO_RULES, "give", bleed="yes")
    assert ending.tag == "Waiting for Flow; would be overruled: Do not"


def test_a_prohibition_that_waits() -> None:
    ending = ending_of(TWO_RULES, "never", flow="open")
    assert (ending.mark, ending.said, ending.tag) == (Mark.WAITING, "Do not use drug", "Waiting for Bleed")


def test_what_was_done_already() -> None:
    document = with_rules(DRUGS, rule("look", "recommend", "bleed is no", answers="flow"))
    ending = ending_of(document, "look", bleed="no", flow="blocked")
    assert (ending.said, ending.tag) == ("Done: Drug", "This patient: done already, and still valid")


def test_a_way_that_is_unknown_while_its_rule_applies_by_another() -> None:
    document = with_rules(DRUGS, rule("either", "avoid", "flow is blocked\nbleed is yes"))
    release = build_release(document)
    (flow,) = flows(evaluation_of(release, {"id": "p", "as_of": "2026-11-22", "findings": {"bleed": "yes"}}))
    assert [one.tag for one in flow.endings(Mark.REST)] == ["Applies already, by another way"]
    assert len(flow.endings(Mark.TAKEN)) == 1


def test_what_waits_for_something_derived_names_what_to_record() -> None:
    document = with_rules(
        [number("kps")],
        rule("care", "recommend", "group is poor"),
        derived=[derived("group", "kps < 70", "poor", "good")],
    )
    assert ending_of(document, "care").tag == "Waiting for Kps"


def test_each_class_of_advice_has_its_own_word_in_the_diagram() -> None:
    words = {
        ending.word for one in PATHWAYS.values() for ending in shown_flow(SHIPPED.release, one).endings(Mark.NOBODY)
    }
    assert {"Do", "Do not", "Not now", "Not advised", "Discuss", "Consider", "Note", "Urgent"} == words
    assert words - {"Urgent"} <= {advice.word for advice in OF_STANCE.values()}
