"""Which recorded findings still count: age, events that overtake them, and events nobody has recorded yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pathways.engine.observations import BadFinding
from tests.engine.agreement import engine_for
from tests.engine.documents import finding, number, rule, with_rules

AS_OF = date(2026, 11, 22)
APPLIES, NOT, UNKNOWN = "applies", "does_not_apply", "unknown"

DOCUMENT = with_rules(
    [
        number("kps", maximum=100, step=10, valid_days=14),
        finding("today_only", valid_days=0),
        finding("bleed", "none", "present", "resolved", event=True, valid_days=28),
        finding("radiotherapy", event=True),
        finding(
            "flow",
            "open",
            "blocked",
            valid_days=28,
            overtaken_by=["bleed is any of present, resolved", "radiotherapy is yes"],
        ),
        finding("exam", "stable", "unstable", asked_when="bleed is not none", overtaken_by=["bleed is not none"]),
    ],
    rule("fit", "recommend", "kps >= 70"),
    rule("today", "consider", "today_only is yes"),
    rule("open", "recommend", "flow is open", "study"),
    rule("stable", "consider", "exam is stable", "operation"),
    rule("bleeding", "note", "bleed is present"),
    interventions=("drug", "study", "operation"),
)
evaluate_document = engine_for(DOCUMENT)


def ago(value: object, days: int, **more: object) -> dict[str, object]:
    return {"value": value, "observed_on": (AS_OF - timedelta(days=days)).isoformat(), **more}


def evaluate(**findings: object) -> dict[str, Any]:
    return evaluate_document({"id": "p", "as_of": AS_OF.isoformat(), "findings": findings})


AGES = [
    # days ago, result
    (0, APPLIES),
    (1, APPLIES),
    (13, APPLIES),
    (14, APPLIES),
    (15, UNKNOWN),
    (400, UNKNOWN),
]


@pytest.mark.parametrize(("days", "expected"), AGES)
def test_an_observation_counts_up_to_its_limit_and_not_a_day_longer(days: int, expected: str) -> None:
    output = evaluate(kps=ago(80, days))
    assert output["rules"]["fit"] == expected
    reason = {"kps": f"observed {days} days ago, counts for 14"}
    assert output["not_current"] == ({} if expected == APPLIES else reason)


@pytest.mark.parametrize(("days", "expected"), [(0, APPLIES), (1, UNKNOWN)])
def test_a_limit_of_no_days_is_the_evaluation_day_alone(days: int, expected: str) -> None:
    assert evaluate(today_only=ago("yes", days))["rules"]["today"] == expected


def test_a_bare_value_counts_as_observed_on_the_evaluation_day() -> None:
    assert evaluate(kps=80, flow="open") == evaluate(kps=ago(80, 0), flow=ago("open", 0))


def test_age_is_counted_over_the_end_of_a_leap_february() -> None:
    record = {"id": "p", "findings": {"kps": {"value": 80, "observed_on": "2028-02-20"}}}
    assert evaluate_document({**record, "as_of": "2028-03-05"})["rules"]["fit"] == APPLIES
    assert evaluate_document({**record, "as_of": "2028-03-06"})["rules"]["fit"] == UNKNOWN


@pytest.mark.parametrize("days", [1, 365])
def test_an_observation_after_the_evaluation_day_is_an_error(days: int) -> None:
    with pytest.raises(BadFinding) as caught:
        evaluate(kps=ago(80, -days))
    assert caught.value.finding == "kps"


OVERTAKING = [
    # bleed, days ago, flow study days ago, result of "flow is open"
    ("present", 5, 10, UNKNOWN),
    ("resolved", 5, 10, UNKNOWN),
    ("none", 5, 10, APPLIES),
    ("present", 10, 10, APPLIES),
    ("present", 11, 10, APPLIES),
    ("present", 9, 10, UNKNOWN),
    ("present", 0, 0, APPLIES),
    ("present", 0, 1, UNKNOWN),
]


@pytest.mark.parametrize(("bleed", "bled", "studied", "expected"), OVERTAKING)
def test_only_a_strictly_later_event_overtakes(bleed: str, bled: int, studied: int, expected: str) -> None:
    output = evaluate(bleed=ago(bleed, bled), radiotherapy="no", flow=ago("open", studied))
    assert output["rules"]["open"] == expected
    assert ("flow" in output["not_current"]) == (expected == UNKNOWN)


def test_an_overtaking_event_counts_as_recorded_even_where_it_is_too_old_itself() -> None:
    document = with_rules(
        [
            finding("bleed", "none", "present", valid_days=3),
            finding("flow", "open", "blocked", overtaken_by=["bleed is present"]),
        ],
        rule("open", "recommend", "flow is open"),
    )
    findings = {"bleed": ago("present", 10), "flow": ago("open", 20)}
    output = engine_for(document)({"id": "p", "as_of": AS_OF.isoformat(), "findings": findings})
    assert set(output["not_current"]) == {"bleed", "flow"}
    assert output["verdicts"]["drug"]["needs"] == ["flow"]


def test_an_overtaking_event_counts_as_recorded_even_where_it_is_not_asked_for() -> None:
    document = with_rules(
        [
            finding("shunted"),
            finding("placed", asked_when="shunted is yes"),
            finding("flow", "open", "blocked", overtaken_by=["placed is yes"]),
        ],
        rule("open", "recommend", "flow is open"),
    )
    findings = {"shunted": "no", "placed": ago("yes", 1), "flow": ago("open", 2)}
    output = engine_for(document)({"id": "p", "as_of": AS_OF.isoformat(), "findings": findings})
    assert set(output["not_current"]) == {"placed", "flow"}


UNRECORDED = [
    # what else is recorded, flow study days ago, result, needs
    ({}, 0, APPLIES, []),
    ({}, 1, UNKNOWN, ["bleed", "radiotherapy"]),
    ({"bleed": "none"}, 1, UNKNOWN, ["radiotherapy"]),
    ({"radiotherapy": "no"}, 1, UNKNOWN, ["bleed"]),
    ({"bleed": "none", "radiotherapy": "no"}, 1, APPLIES, []),
    ({"bleed": ago("none", 400), "radiotherapy": ago("no", 400)}, 1, APPLIES, []),
    ({"bleed": ago("present", 400), "radiotherapy": "no"}, 1, APPLIES, []),
    ({"bleed": "present"}, 1, UNKNOWN, ["flow"]),
    ({"bleed": None, "radiotherapy": "no"}, 1, UNKNOWN, ["bleed"]),
    ({}, 29, UNKNOWN, ["flow"]),
]


@pytest.mark.parametrize(("others", "studied", "expected", "needs"), UNRECORDED)
def test_an_earlier_observation_waits_until_every_overtaking_event_is_recorded(
    others: dict[str, object], studied: int, expected: str, needs: list[str]
) -> None:
    output = evaluate(flow=ago("open", studied), **others)
    assert output["rules"]["open"] == expected
    assert output["verdicts"]["study"]["settled"] == (expected == APPLIES)
    assert output["verdicts"]["study"]["needs"] == needs


ASKED = [
    # bleed, exam, result of "exam is stable", exam is listed as not current
    ({}, "stable", UNKNOWN, True),
    ({"bleed": "present"}, "stable", APPLIES, False),
    ({"bleed": "none"}, "stable", NOT, True),
    ({"bleed": ago("present", 29)}, "stable", UNKNOWN, True),
    ({"bleed": ago("present", 2)}, ago("stable", 3), UNKNOWN, True),
    ({"bleed": ago("present", 2)}, ago("stable", 2), APPLIES, False),
    ({"bleed": ago("none", 2)}, ago("stable", 3), NOT, True),
]


@pytest.mark.parametrize(("others", "exam", "expected", "unused"), ASKED)
def test_an_answer_counts_only_while_the_question_is_put(
    others: dict[str, object], exam: object, expected: str, unused: bool
) -> None:
    output = evaluate(exam=exam, **others)
    assert output["rules"]["stable"] == expected
    assert ("exam" in output["not_current"]) == unused
