"""Every result can say why: the terms behind it, what is not used, and the smallest changes that would lift it."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.conditions import Alternative, Condition, Term
from pathways.engine.evaluation import Evaluation
from pathways.engine.explain import lifting_changes, not_current, term_in_words, why_true
from pathways.engine.release import build_release
from pathways.engine.truth import TRUE
from tests.engine.agreement import evaluation_of
from tests.engine.documents import Document, finding, number, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, patients
from tests.shipped import shipped_content

SHIPPED = shipped_content()

FINDINGS = [
    finding("bleed", "none", "present", "resolved", label="Intracranial bleeding"),
    finding(
        "csf_flow", "unobstructed", "obstructed", label="CSF flow", valid_days=28, overtaken_by=["bleed is present"]
    ),
    finding("raised_icp", label="Raised pressure", asked_when="bleed is not none"),
    number("kps", label="Karnofsky score", maximum=100, step=10, valid_days=14),
    number("csf_protein", label="CSF protein", units=[{"code": "mg/dL", "factor": 1}, {"code": "g/L", "factor": 100}]),
]

BLEED_OR_BLOCK = "bleed is present and kps < 70\ncsf_flow is obstructed"


def document(*rules: Document) -> Document:
    return with_rules(FINDINGS, *rules, rule("low-protein", "note", "csf_protein < 1 g/L"))


def evaluation(*rules: Document, **findings: object) -> Evaluation:
    return evaluation_of(build_release(document(*rules)), {"id": "p", "as_of": "2026-11-22", "findings": findings})


def texts(terms: tuple[Term, ...]) -> list[str]:
    return [str(term) for term in terms]


TRUE_TERMS = [
    ({"bleed": "present", "kps": 60}, ["bleed is present", "kps < 70"]),
    ({"csf_flow": "obstructed"}, ["csf_flow is obstructed"]),
    (
        {"bleed": "present", "kps": 60, "csf_flow": "obstructed"},
        ["bleed is present", "kps < 70", "csf_flow is obstructed"],
    ),
    ({"bleed": "present", "kps": 70, "csf_flow": "obstructed"}, ["csf_flow is obstructed"]),
    ({"bleed": "present"}, []),
    ({"bleed": "none", "csf_flow": "unobstructed"}, []),
]


@pytest.mark.parametrize(("findings", "terms"), TRUE_TERMS)
def test_why_true_names_the_terms_of_the_alternatives_that_hold(findings: dict[str, object], terms: list[str]) -> None:
    found = evaluation(rule("r", "avoid", BLEED_OR_BLOCK), **findings)
    assert texts(why_true(found, found.release.rules["r"])) == terms


LIFTING = [
    # recorded, smallest changes that lift "avoid"
    ({"csf_flow": "obstructed"}, [["csf_flow is obstructed"]]),
    ({"bleed": "present", "kps": 60}, [["bleed is present"], ["kps < 70"]]),
    (
        {"bleed": "present", "kps": 60, "csf_flow": "obstructed"},
        [["bleed is present", "csf_flow is obstructed"], ["kps < 70", "csf_flow is obstructed"]],
    ),
    ({"bleed": "none", "csf_flow": "unobstructed"}, []),
]


@pytest.mark.parametrize(("findings", "expected"), LIFTING)
def test_lifting_changes_are_the_smallest(findings: dict[str, object], expected: list[list[str]]) -> None:
    found = evaluation(rule("r", "avoid", BLEED_OR_BLOCK), **findings)
    changes = [sorted(texts(change)) for change in lifting_changes(found, "drug")]
    assert sorted(changes) == sorted(sorted(change) for change in expected)


def test_lifting_has_to_break_every_governing_rule() -> None:
    found = evaluation(
        rule("one", "avoid", "bleed is present"),
        rule("two", "avoid", "kps < 70"),
        rule("milder", "discuss", "kps < 80"),
        bleed="present",
        kps=60,
    )
    assert [texts(change) for change in lifting_changes(found, "drug")] == [["bleed is present", "kps < 70"]]


def test_what_always_holds_cannot_be_lifted() -> None:
    assert lifting_changes(evaluation(rule("r", "avoid", "always")), "drug") == ()


NOT_CURRENT = [
    # recorded, finding, words of the sentence
    ({"kps": {"value": 80, "observed_on": "2026-11-01"}}, "kps", ["observed 21 days ago, counts for 14"]),
    (
        {"csf_flow": {"value": "obstructed", "observed_on": "2026-11-01"}, "bleed": "present"},
        "csf_flow",
        ["Intracranial bleeding", "22"],
    ),
    ({"csf_flow": {"value": "obstructed", "observed_on": "2026-11-01"}}, "csf_flow", ["Intracranial bleeding"]),
    ({"raised_icp": "yes", "bleed": "none"}, "raised_icp", ["Intracranial bleeding"]),
    ({"raised_icp": "yes"}, "raised_icp", ["Intracranial bleeding"]),
]


@pytest.mark.parametrize(("findings", "code", "words"), NOT_CURRENT)
def test_a_finding_that_is_not_used_says_why(findings: dict[str, object], code: str, words: list[str]) -> None:
    sentences = not_current(evaluation(**findings))
    assert list(sentences) == [code]
    assert [word for word in words if word not in sentences[code]] == []


def test_the_reasons_for_not_using_a_finding_differ() -> None:
    not_asked = not_current(evaluation(raised_icp="yes", bleed="none"))["raised_icp"]
    not_known = not_current(evaluation(raised_icp="yes"))["raised_icp"]
    assert not_asked != not_known


def test_an_unrecorded_finding_is_not_listed() -> None:
    assert not_current(evaluation(kps=None)) == {}
    assert not_current(evaluation()) == {}


WORDS = [
    ("csf_flow is unobstructed", "CSF flow is Unobstructed"),
    ("bleed is not none", "Intracranial bleeding is not None"),
    ("bleed is any of present, resolved", "Intracranial bleeding is Present or Resolved"),
    ("bleed is none of present, resolved", "Intracranial bleeding is not Present or Resolved"),
    ("kps < 70", "Karnofsky score is below 70"),
    ("kps >= 70", "Karnofsky score is at least 70"),
    ("csf_protein <= 0.9 g/L", "CSF protein is at most 0.9\N{NO-BREAK SPACE}g/L"),
    ("csf_protein > 100 mg/dL", "CSF protein is above 100\N{NO-BREAK SPACE}mg/dL"),
]


@pytest.mark.parametrize(("when", "words"), WORDS)
def test_a_term_in_words(when: str, words: str) -> None:
    release = build_release(document(rule("r", "avoid", when)))
    (term,) = release.rules["r"].condition.terms()
    assert term_in_words(term, release.vocabulary) == words


@st.composite
def contents_with_a_patient(draw: st.DrawFn) -> tuple[Document, Record]:
    content = draw(small_contents())
    return content, draw(patients(content))


def lifts(found: Evaluation, intervention: str, broken: set[Term]) -> bool:
    """Whether no governing rule would still apply if these terms were false."""
    alternatives = [
        alternative.terms
        for rule in found.verdicts[intervention].governing
        for alternative in rule.condition.alternatives
        if holds(found, alternative.terms)
    ]
    return all(broken & set(terms) for terms in alternatives)


def holds(found: Evaluation, terms: tuple[Term, ...]) -> bool:
    return found.truth_of(Condition((Alternative(terms),))) is TRUE


@examples(100)
@given(contents_with_a_patient())
def test_lifting_changes_are_all_the_minimal_ones(case: tuple[Document, Record]) -> None:
    found = evaluation_of(build_release(case[0]), case[1])
    for intervention, verdict in found.verdicts.items():
        changes = [set(change) for change in lifting_changes(found, intervention)]
        for change in changes:
            assert lifts(found, intervention, change)
            assert not any(lifts(found, intervention, change - {term}) for term in change)
        governing = {term for one in verdict.governing for term in why_true(found, one)}
        for size in range(1, 3):
            for broken in combinations(governing, size):
                if lifts(found, intervention, set(broken)):
                    assert any(change <= set(broken) for change in changes)


@examples(100)
@given(contents_with_a_patient())
def test_every_term_of_why_true_holds(case: tuple[Document, Record]) -> None:
    found = evaluation_of(build_release(case[0]), case[1])
    for key, truth in found.rules.items():
        terms = why_true(found, found.release.rules[key])
        assert all(holds(found, (term,)) for term in terms)
        assert bool(terms) <= (truth is TRUE)
        if truth is TRUE and not found.release.rules[key].condition.is_always:
            assert terms


@examples(200)
@given(patients(SHIPPED.document))
def test_every_sentence_of_the_shipped_content_is_whole(record: Record) -> None:
    for sentence in not_current(evaluation_of(SHIPPED.release, record)).values():
        assert sentence
        assert sentence == sentence.strip()
        assert not sentence.endswith(".")
