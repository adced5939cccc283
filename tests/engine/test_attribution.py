"""Why a verdict differs between two moments: told apart into patient, time and guidance, never guessed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.attribution import Snapshot, VerdictChange, attribute
from pathways.engine.causes import Cause, Share, outcome, reasons, shared
from pathways.engine.evaluation import Verdict, evaluate
from pathways.engine.moved_codes import code_under, read_under
from pathways.engine.observations import Observation
from pathways.engine.records import read_line, read_record
from pathways.engine.release import Release, build_release
from tests.engine.documents import Document, finding, number, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import small_contents
from tests.engine.strategies import AS_OF, Record, patients

BEFORE = AS_OF - timedelta(days=20)
PATIENT, TIME, GUIDANCE = Cause.PATIENT, Cause.TIME, Cause.GUIDANCE
FINDINGS = [
    finding("bleed", "none", "active", overtaken_by=[]),
    finding("flow", "open", "blocked", valid_days=28, overtaken_by=["bleed is active"]),
    number("kps", maximum=100, step=10),
    finding("radiotherapy", "whole_brain", "none"),
]
DRUG = "drug"


def built(*rules: Document, findings: list[Document] | None = None, renamed: list[Document] | None = None) -> Release:
    document = with_rules(findings or FINDINGS, *rules, interventions=("drug", "memantine"))
    if renamed:
        document["vocabulary"]["renamed"] = renamed
    return build_release(document)


def read(release: Release, record: Record, later: int = 0) -> Snapshot:
    """A record, looked at on its own day or some days later."""
    known = read_record(release, read_line(json.dumps(record)))
    return Snapshot(release, known.observations, known.as_of + timedelta(days=later))


def snapshot(release: Release, day: date = AS_OF, **answers: Any) -> Snapshot:
    """An answer is a value of that day, or a value and how many days before it was observed."""
    findings = {}
    for code, given_answer in answers.items():
        value, ago = given_answer if isinstance(given_answer, tuple) else (given_answer, 0)
        findings[code] = {"value": value, "observed_on": (day - timedelta(days=ago)).isoformat()}
    return read(release, {"id": "patient", "as_of": day.isoformat(), "findings": findings})


def only(changes: tuple[VerdictChange, ...]) -> VerdictChange:
    assert len(changes) == 1
    return changes[0]


CONSIDER = rule("gives", "consider", "flow is open")
FORBID = rule("forbids", "contraindicate", "bleed is active")
MEMANTINE = rule("protects", "recommend", "radiotherapy is whole_brain", "memantine")
FIRST = built(CONSIDER, FORBID, MEMANTINE)


# The test that the whole comparison rests on: two releases, two sets of findings


def test_what_the_patient_changed_and_what_the_guidance_changed_are_told_apart() -> None:
    second = built(
        CONSIDER,
        FORBID,
        MEMANTINE | {"stance": "consider", "professional": "Offer it where it is tolerated."},
    )
    earlier = snapshot(FIRST, BEFORE, flow="open", bleed="none", radiotherapy="whole_brain", kps=80)
    later = snapshot(second, flow="open", bleed="active", radiotherapy="whole_brain", kps=70)
    drug, memantine = attribute(earlier, later)

    assert (drug.intervention, drug.causes, drug.share) == ("drug", (PATIENT,), Share.FIRST)
    assert drug.findings == ("bleed",)
    assert drug.rules == ()
    assert [one.stance.value for one in (drug.before, drug.after) if one and one.stance] == [
        "consider",
        "contraindicate",
    ]

    assert (memantine.intervention, memantine.causes, memantine.share) == ("memantine", (GUIDANCE,), Share.SECOND)
    assert memantine.rules == ("protects",)
    assert memantine.findings == ()
    assert [one.stance.value for one in (memantine.before, memantine.after) if one and one.stance] == [
        "recommend",
        "consider",
    ]


def test_where_each_alone_would_have_done_it_both_are_named_with_what_they_changed() -> None:
    """The new guidance does not look at the bleed any more; without it the bleed would have done the same."""
    second = built(FORBID | {"when": "flow is open", "key": "forbids-all"})
    earlier = snapshot(built(FORBID), BEFORE, flow="open", bleed="none", kps=80)
    change = only(attribute(earlier, snapshot(second, flow="open", bleed="active", kps=70)))
    assert (change.causes, change.share) == ((PATIENT, GUIDANCE), Share.EITHER)
    assert (change.findings, change.rules) == (("bleed",), ("forbids-all",))


def test_an_old_answer_that_is_not_recorded_any_more_did_not_grow_too_old() -> None:
    earlier = snapshot(FIRST, BEFORE, flow=("open", 10), bleed="none")
    change = only(attribute(earlier, snapshot(FIRST, bleed="none")))
    assert (change.causes, change.findings, change.aged) == ((PATIENT,), ("flow",), ())


# Each cause alone


def test_a_finding_that_grew_too_old_is_a_matter_of_time() -> None:
    earlier = snapshot(FIRST, BEFORE, flow=("open", 10), bleed="none")
    later = snapshot(FIRST, flow=("open", 30), bleed="none")
    change = only(attribute(earlier, later))
    assert (change.causes, change.aged, change.findings) == ((TIME,), ("flow",), ())
    assert change.after is not None
    assert change.after.stance is None


def test_a_finding_that_something_overtook_is_a_matter_of_the_patient() -> None:
    earlier = snapshot(built(CONSIDER), BEFORE, flow="open", bleed="none")
    later = snapshot(built(CONSIDER), flow=("open", 20), bleed=("active", 1))
    change = only(attribute(earlier, later))
    assert (change.causes, change.findings, change.aged) == ((PATIENT,), ("bleed",), ())


def test_a_finding_that_is_not_known_any_more_is_named() -> None:
    change = only(attribute(snapshot(FIRST, BEFORE, flow="open", bleed="none"), snapshot(FIRST, flow="open", kps=70)))
    assert (change.causes, change.findings) == ((PATIENT,), ("bleed",))
    assert change.before is not None
    assert change.after is not None
    assert (change.before.settled, change.after.settled) == (True, False)


def test_a_result_obtained_again_does_not_count_as_a_change() -> None:
    earlier = snapshot(FIRST, BEFORE, flow=("open", 10), bleed="none")
    assert attribute(earlier, snapshot(FIRST, flow="open", bleed="none")) == ()


@pytest.mark.parametrize(
    ("new", "rules"),
    [
        ((CONSIDER | {"when": "kps > 70"}, FORBID, MEMANTINE), ("gives",)),
        ((CONSIDER, FORBID, MEMANTINE, rule("stops", "avoid", "flow is open")), ("stops",)),
        ((FORBID, MEMANTINE), ("gives",)),
    ],
    ids=["another condition", "a new rule", "a rule removed"],
)
def test_the_rules_through_which_the_guidance_changes_a_verdict_are_named(
    new: tuple[Document, ...], rules: tuple[str, ...]
) -> None:
    answers: Record = {"flow": "open", "bleed": "none", "kps": 70}
    change = only(attribute(snapshot(FIRST, **answers), snapshot(built(*new), **answers)))
    assert (change.causes, change.rules) == ((GUIDANCE,), rules)


def test_other_words_for_the_same_verdict_are_changed_reasons() -> None:
    answers: Record = {"flow": "open", "bleed": "none"}
    second = built(CONSIDER | {"professional": "Use it in trials."}, FORBID, MEMANTINE)
    change = only(attribute(snapshot(FIRST, **answers), snapshot(second, **answers)))
    assert (change.reasons_only, change.causes, change.rules) == (True, (GUIDANCE,), ("gives",))


def test_another_reason_for_the_same_prohibition_comes_from_the_patient() -> None:
    both = built(CONSIDER, FORBID, rule("blocks", "contraindicate", "flow is blocked"), MEMANTINE)
    change = only(
        attribute(snapshot(both, flow="open", bleed="active"), snapshot(both, flow="blocked", bleed="active"))
    )
    assert (change.reasons_only, change.causes, change.findings) == (True, (PATIENT,), ("flow",))


def test_an_intervention_that_only_one_release_knows() -> None:
    with_both = built(CONSIDER)
    document = with_rules(FINDINGS, CONSIDER, interventions=("drug",))
    without = build_release(document)
    answers: Record = {"flow": "open"}
    assert attribute(snapshot(with_both, **answers), snapshot(without, **answers)) == ()
    brain: Record = {"radiotherapy": "whole_brain", "flow": "open"}
    change = only(attribute(snapshot(without, **brain), snapshot(built(CONSIDER, MEMANTINE), **brain)))
    assert (change.before, change.causes, change.rules) == (None, (GUIDANCE,), ("protects",))


# Both together


def test_neither_alone_would_have_changed_it() -> None:
    second = built(CONSIDER, FORBID, MEMANTINE, rule("stops", "avoid", "kps <= 50"))
    earlier = snapshot(FIRST, flow="open", bleed="none", kps=80)
    later = snapshot(second, flow="open", bleed="none", kps=50)
    change = only(attribute(earlier, later))
    assert (change.share, change.causes) == (Share.TOGETHER, (PATIENT, GUIDANCE))
    assert (change.findings, change.rules) == (("kps",), ("stops",))


def test_each_alone_would_have_led_to_the_same() -> None:
    second = built(CONSIDER, FORBID | {"when": "bleed is active\nkps > 70"}, MEMANTINE)
    earlier = snapshot(FIRST, flow="open", bleed="none", kps=80)
    later = snapshot(second, flow="open", bleed="active", kps=80)
    change = only(attribute(earlier, later))
    assert (change.share, change.causes) == (Share.EITHER, (PATIENT, GUIDANCE))
    assert change.findings == ("bleed",)


def test_one_went_part_of_the_way_and_the_other_the_rest() -> None:
    first = built(CONSIDER, rule("warns", "avoid", "bleed is active"))
    second = built(CONSIDER, rule("warns", "contraindicate", "bleed is active"))
    change = only(attribute(snapshot(first, flow="open", bleed="none"), snapshot(second, flow="open", bleed="active")))
    assert (change.share, change.causes) == (Share.BOTH, (PATIENT, GUIDANCE))
    assert change.between is not None
    assert change.between.stance is not None
    assert change.between.stance.value == "avoid"


def test_time_and_findings_are_both_named_where_both_matter() -> None:
    either = built(rule("gives", "consider", "flow is open\nkps > 70"))
    earlier = snapshot(either, BEFORE, bleed="none", flow=("open", 10), kps=80)
    later = snapshot(either, bleed="none", flow=("open", 30), kps=50)
    change = only(attribute(earlier, later))
    assert change.causes == (PATIENT, TIME)
    assert (change.findings, change.aged) == (("kps",), ("flow",))


@pytest.mark.parametrize(
    ("start", "first", "second", "end", "share"),
    [
        ("a", "z", "a", "z", Share.FIRST),
        ("a", "z", "b", "z", Share.FIRST),
        ("a", "a", "z", "z", Share.SECOND),
        ("a", "b", "z", "z", Share.SECOND),
        ("a", "z", "z", "z", Share.EITHER),
        ("a", "a", "a", "z", Share.TOGETHER),
        ("a", "b", "a", "z", Share.BOTH),
        ("a", "a", "b", "z", Share.BOTH),
        ("a", "b", "b", "z", Share.BOTH),
        ("a", "b", "c", "z", Share.BOTH),
    ],
)
def test_how_two_sides_share_a_change(start: str, first: str, second: str, end: str, share: Share) -> None:
    assert shared((start,), (first,), (second,), (end,)) is share


# Renamed codes

RENAMED = built(
    CONSIDER | {"when": "csf_flow is free"},
    FORBID,
    MEMANTINE,
    findings=[
        FINDINGS[0],
        finding("csf_flow", "free", "blocked", valid_days=28, overtaken_by=["bleed is active"]),
        *FINDINGS[2:],
    ],
    renamed=[
        {"key": "r1", "finding": "flow", "to": "csf_flow", "reason": "Clearer."},
        {"key": "r2", "finding": "csf_flow", "option": "open", "to": "free", "reason": "Clearer."},
    ],
)


def test_renaming_alone_changes_nothing() -> None:
    old, new = snapshot(FIRST, flow="open", bleed="none"), snapshot(RENAMED, csf_flow="free", bleed="none")
    assert attribute(old, new) == ()
    assert attribute(new, old) == ()  # taken back to the earlier release


def test_a_changed_answer_is_found_under_its_other_code() -> None:
    later = snapshot(RENAMED, csf_flow="blocked", bleed="none")
    change = only(attribute(snapshot(FIRST, BEFORE, flow="open", bleed="none"), later))
    assert (change.causes, change.findings) == ((PATIENT,), ("csf_flow",))


def test_a_changed_answer_is_found_after_the_guidance_was_taken_back() -> None:
    earlier = snapshot(RENAMED, BEFORE, csf_flow="free", bleed="none")
    change = only(attribute(earlier, snapshot(FIRST, flow="blocked", bleed="none")))
    assert (change.causes, change.findings) == ((PATIENT,), ("flow",))


def test_an_answer_that_the_new_guidance_sets_aside_is_no_change_of_the_patient() -> None:
    second = built(
        CONSIDER | {"when": "flow is blocked"},
        FORBID,
        MEMANTINE,
        findings=[FINDINGS[0], finding("flow", "blocked", "partial"), *FINDINGS[2:]],
        renamed=[{"key": "r1", "finding": "flow", "option": "open", "reason": "Say how it was measured."}],
    )
    change = only(attribute(snapshot(FIRST, flow="open", bleed="none"), snapshot(second, bleed="none")))
    assert change.causes == (GUIDANCE,)


def test_two_questions_made_one_cannot_be_told_apart_again() -> None:
    two = build_release(with_rules([finding("one"), finding("two")], rule("gives", "consider", "one is yes")))
    joined = with_rules([finding("both")], rule("gives", "consider", "both is yes"))
    joined["vocabulary"]["renamed"] = [
        {"key": "r1", "finding": "one", "to": "both", "reason": "One question."},
        {"key": "r2", "finding": "two", "to": "both", "reason": "One question."},
    ]
    one = build_release(joined)
    yes, no = Observation("yes", AS_OF, "yes"), Observation("no", AS_OF, "no")
    assert read_under({"one": yes}, two.vocabulary, one.vocabulary) == {"both": yes}
    assert read_under({"one": yes, "two": no}, two.vocabulary, one.vocabulary) == {}
    assert read_under({"one": yes, "two": yes}, two.vocabulary, one.vocabulary) == {"both": yes}
    assert read_under({"both": yes}, one.vocabulary, two.vocabulary) == {}
    assert code_under("two", two.vocabulary, one.vocabulary) == "both"
    assert code_under("both", one.vocabulary, two.vocabulary) is None


# Laws

UNANSWERED_DAYS = st.sampled_from([0, 1, 2, 5, 20])


@st.composite
def two_moments(draw: st.DrawFn) -> tuple[Document, Record, Record, int]:
    document = draw(small_contents())
    return document, draw(patients(document)), draw(patients(document)), draw(UNANSWERED_DAYS)


def said(verdict: Verdict | None) -> tuple[object, object]:
    return outcome(verdict), reasons(verdict)


def tightened(document: Document) -> Document:
    """The same content with one more rule that forbids everything somewhere."""
    code = document["vocabulary"]["interventions"][0]["code"]
    rules = [*document["pathways"][0]["rules"], rule("added", "contraindicate", "always", code)]
    return document | {"pathways": [document["pathways"][0] | {"rules": rules}, *document["pathways"][1:]]}


@examples(60)
@given(two_moments())
def test_under_one_release_it_is_never_the_guidance(case: tuple[Document, Record, Record, int]) -> None:
    document, one, other, days = case
    release = build_release(document)
    for change in attribute(read(release, one), read(release, other, days)):
        assert GUIDANCE not in change.causes
        assert change.causes
        assert bool(change.findings) is (PATIENT in change.causes)
        assert bool(change.aged) is (TIME in change.causes)
        if days == 0:
            assert TIME not in change.causes


@examples(60)
@given(two_moments())
def test_with_the_same_findings_on_the_same_day_it_is_never_the_patient(
    case: tuple[Document, Record, Record, int],
) -> None:
    document, one, _, _ = case
    old, new = build_release(document), build_release(tightened(document))
    for change in attribute(read(old, one), read(new, one)):
        assert change.causes == (GUIDANCE,)
        assert change.rules


@examples(60)
@given(two_moments())
def test_there_is_a_change_exactly_where_the_verdicts_differ(case: tuple[Document, Record, Record, int]) -> None:
    document, one, other, days = case
    old, new = build_release(document), build_release(tightened(document))
    earlier, later = read(old, one), read(new, other, days)
    before = evaluate(old, earlier.observations, earlier.as_of).verdicts
    after = evaluate(new, later.observations, later.as_of).verdicts
    differing = {code for code in {*before, *after} if said(before.get(code)) != said(after.get(code))}
    changes = attribute(earlier, later)
    assert {change.intervention for change in changes} == differing
    assert all(change.causes for change in changes)
    assert attribute(earlier, earlier) == ()
