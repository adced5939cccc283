"""What becomes of a recorded value: its canonical amount, the value as it was written, and how it stands today."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathways.engine.currency import FindingState, Reason, Status
from pathways.engine.observations import BadFinding, read_day, read_observation
from pathways.engine.release import build_release
from pathways.engine.vocabulary import Finding
from tests.engine.agreement import evaluation_of
from tests.engine.documents import derived, finding, number, rule, with_rules
from tests.engine.strategies import AS_OF

RELEASE = build_release(
    with_rules(
        [
            finding("bleed", "none", "present"),
            finding("flow", "open", "blocked", label="CSF flow", valid_days=14, overtaken_by=["bleed is present"]),
            finding("effect", asked_when="bleed is present"),
            number("kps", maximum=100, step=10),
            number("protein", units=[{"code": "mg/dL", "factor": 1}, {"code": "g/L", "factor": 100}]),
        ],
        rule("r", "recommend", "risk is yes"),
        derived=[derived("risk", "kps < 70")],
    )
)


def of(code: str) -> Finding:
    return RELEASE.vocabulary.findings[code]


NUMBERS = [
    # finding, value, unit, canonical, as entered
    ("kps", 70, None, Decimal(70), "70"),
    ("kps", Decimal("7E+1"), None, Decimal(70), "70"),
    ("protein", 100, "mg/dL", Decimal(100), "100"),
    ("protein", Decimal("0.90"), "g/L", Decimal(90), "0.90"),
    ("protein", Decimal("1E-20"), "g/L", Decimal("1E-18"), "0.00000000000000000001"),
]


@pytest.mark.parametrize(("code", "value", "unit", "canonical", "entered"), NUMBERS)
def test_a_number_is_converted_and_kept_as_it_was_entered(
    code: str, value: int | Decimal, unit: str | None, canonical: Decimal, entered: str
) -> None:
    observation = read_observation(of(code), value, unit, AS_OF, AS_OF)
    assert (observation.value, observation.entered, observation.unit) == (canonical, entered, unit)
    assert observation.observed_on == AS_OF


@pytest.mark.parametrize("value", [0.9, "90", True, None, Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999"), -1])
def test_what_is_no_exact_number_is_refused(value: object) -> None:
    with pytest.raises(BadFinding) as caught:
        read_observation(of("protein"), value, "mg/dL", AS_OF, AS_OF)
    assert caught.value.finding == "protein"


def test_a_day_is_written_in_one_way_only() -> None:
    assert read_day("2026-11-22", None, "as_of") == AS_OF
    for text in ("22-11-2026", "2026-11-31", "20261122", "2026-W47-7", "2026-11-22T10:00", "today", "", None, 20261122):
        with pytest.raises(BadFinding):
            read_day(text, None, "as_of")


STATES = [
    # recorded, finding, status, reason, blocked by
    ({}, "flow", Status.UNKNOWN, Reason.NOT_RECORDED, ()),
    ({"flow": "open"}, "flow", Status.CURRENT, None, ()),
    ({"flow": {"value": "open", "observed_on": "2026-11-07"}}, "flow", Status.UNKNOWN, Reason.TOO_OLD, ()),
    (
        {"flow": {"value": "open", "observed_on": "2026-11-08"}},
        "flow",
        Status.UNKNOWN,
        Reason.OVERTURNER_UNRECORDED,
        ("bleed",),
    ),
    (
        {"flow": {"value": "open", "observed_on": "2026-11-08"}, "bleed": "present"},
        "flow",
        Status.UNKNOWN,
        Reason.OVERTAKEN,
        ("bleed",),
    ),
    ({"flow": {"value": "open", "observed_on": "2026-11-08"}, "bleed": "none"}, "flow", Status.CURRENT, None, ()),
    ({"effect": "yes"}, "effect", Status.UNKNOWN, Reason.ASKED_UNKNOWN, ()),
    ({"effect": "yes", "bleed": "none"}, "effect", Status.NOT_APPLICABLE, Reason.NOT_ASKED, ()),
    ({"bleed": "none"}, "effect", Status.NOT_APPLICABLE, Reason.NOT_ASKED, ()),
    ({"effect": "yes", "bleed": "present"}, "effect", Status.CURRENT, None, ()),
]


@pytest.mark.parametrize(("recorded", "code", "status", "reason", "blocked_by"), STATES)
def test_how_a_finding_stands(
    recorded: dict[str, object], code: str, status: Status, reason: Reason | None, blocked_by: tuple[str, ...]
) -> None:
    state = state_of(recorded, code)
    assert (state.status, state.reason, state.blocked_by) == (status, reason, blocked_by)
    assert (state.value is not None) == (status is Status.CURRENT)
    assert (state.observation is not None) == (code in recorded)


def state_of(recorded: dict[str, object], code: str) -> FindingState:
    return evaluation_of(RELEASE, {"id": "p", "as_of": AS_OF.isoformat(), "findings": recorded}).findings[code]


@pytest.mark.parametrize(("kps", "value"), [(60, "yes"), (70, "no"), (None, None)])
def test_a_derived_finding_stands_among_the_findings(kps: int | None, value: str | None) -> None:
    state = state_of({"kps": kps}, "risk")
    assert (state.value, state.status) == (value, Status.CURRENT if value else Status.UNKNOWN)
