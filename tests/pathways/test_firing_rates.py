"""The statistics of firing rates: small numbers worked out by hand, and what the chart draws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pathways.firings.drawing import InForce, drawing_of
from pathways.firings.rates import (
    DayCount,
    Judgement,
    Period,
    Standing,
    chance_of_at_least,
    chance_of_at_most,
    is_outside,
    judged,
    limits_of,
    weeks_of,
)
from pathways.firings.words import chance_words, percent, sentence_of

TODAY = date(2026, 11, 22)  # a Sunday


def counted(plans: int, applied: int) -> Period:
    return Period(None, None, plans=plans, applied=applied)


def days(*told: tuple[int, int, int]) -> list[DayCount]:
    """(days ago, plans, applied)"""
    return [DayCount(TODAY - timedelta(days=ago), plans, applied, 0) for ago, plans, applied in told]


def weekly(first: int, last: int, plans: int, applied: int) -> list[DayCount]:
    """Once a week from so many weeks ago to so many."""
    return days(*((7 * ago, plans, applied) for ago in range(first, last - 1, -1)))


# The exact test


@pytest.mark.parametrize(
    ("recent", "earlier", "chance"),
    [
        # 5 of 20 and then 0 of 24: 20·19·18·17·16 / (44·43·42·41·40)
        (counted(24, 0), counted(20, 5), 1_860_480 / 130_320_960),
        # 2 of 2 and then 0 of 2: one of the six ways to choose 2 of 4
        (counted(2, 0), counted(2, 2), 1 / 6),
        # 3 of 4 and then 1 of 4: (C(4,1)·C(4,3) + C(4,0)·C(4,4)) / C(8,4) = (16 + 1) / 70
        (counted(4, 1), counted(4, 3), 17 / 70),
        # always, and then in none of 4: one in C(24,4) = 10,626
        (counted(4, 0), counted(20, 20), 1 / 10_626),
    ],
    ids=["a quarter and then never", "two and none of two", "three and one of four", "always and then never"],
)
def test_how_often_so_few_come_by_chance(recent: Period, earlier: Period, chance: float) -> None:
    assert chance_of_at_most(recent, earlier) == pytest.approx(chance, rel=1e-9)


def test_a_quarter_of_twenty_plans_is_not_taken_for_the_truth() -> None:
    """C(20,5) = 15,504 of C(73,5) = 15,020,334 is more than 1 in 1,000, of C(74,5) = 16,108,764 less."""
    assert chance_of_at_most(counted(53, 0), counted(20, 5)) == pytest.approx(15_504 / 15_020_334, rel=1e-9)
    assert chance_of_at_most(counted(54, 0), counted(20, 5)) == pytest.approx(15_504 / 16_108_764, rel=1e-9)


def test_how_often_so_many_come_by_chance() -> None:
    # 1 of 4 and then 3 of 4, the mirror image of the third above; 0 of 3 and then 3 of 3: 1 of C(6,3) = 20
    assert chance_of_at_least(counted(4, 3), counted(4, 1)) == pytest.approx(17 / 70, rel=1e-9)
    assert chance_of_at_least(counted(3, 3), counted(3, 0)) == pytest.approx(1 / 20, rel=1e-9)


def test_both_tails_together_are_one_and_the_same_count_twice() -> None:
    """C(4,2)·C(4,2) / C(8,4) = 36 / 70 is in both."""
    both = chance_of_at_most(counted(4, 2), counted(4, 2)) + chance_of_at_least(counted(4, 2), counted(4, 2))
    assert both == pytest.approx(1 + 36 / 70, rel=1e-9)


def test_large_counts_stay_exact_enough_and_quick() -> None:
    assert chance_of_at_most(counted(80_000, 30_000), counted(900_000, 360_000)) < 1e-40
    assert chance_of_at_most(counted(50_000, 20_000), counted(50_000, 20_000)) == pytest.approx(0.5, abs=0.01)


# What is said of a rule


def test_a_rule_that_stopped_is_an_alarm() -> None:
    """26 weeks of 2 plans, the rule in one of them; then not once in 12 plans: C(52,26) / C(64,26) < 1 in 1,000."""
    found = judged([*weekly(32, 7, 2, 1), *weekly(6, 1, 2, 0)], TODAY)
    assert found.standing is Standing.STOPPED
    assert (found.earlier.plans, found.earlier.applied, found.recent.plans, found.recent.applied) == (52, 26, 12, 0)
    expected = 1.0
    for one in range(26):
        expected *= (52 - one) / (64 - one)
    assert found.chance == pytest.approx(expected, rel=1e-9)
    assert found.chance is not None
    assert found.chance < 0.001
    assert found.last_applied == TODAY - timedelta(weeks=7)


def test_one_more_plan_in_which_it_applies_ends_the_alarm() -> None:
    found = judged([*weekly(32, 7, 2, 1), *weekly(6, 1, 2, 0), *days((0, 1, 1))], TODAY)
    assert found.standing is not Standing.STOPPED


def test_a_few_plans_without_a_rule_that_applies_rarely_are_no_alarm() -> None:
    """In 1 of 10 plans before, and not in 12 since: that happens."""
    found = judged([*weekly(53, 5, 10, 1), *weekly(4, 1, 3, 0)], TODAY)
    assert found.standing is Standing.STEADY


def test_it_stopped_long_ago_and_is_still_told() -> None:
    """The four weeks alone would say nothing: the year before them has none either."""
    found = judged([*weekly(100, 60, 2, 1), *weekly(59, 1, 1, 0)], TODAY)
    assert found.standing is Standing.STOPPED
    assert found.recent.plans == 59


@pytest.mark.parametrize(
    ("counts", "standing"),
    [
        (weekly(40, 5, 10, 5) + weekly(3, 1, 10, 1), Standing.FELL),
        (weekly(40, 5, 10, 1) + weekly(3, 1, 10, 6), Standing.ROSE),
        (weekly(40, 5, 10, 5) + weekly(3, 1, 10, 4), Standing.STEADY),
        (weekly(40, 5, 100, 50) + weekly(3, 1, 100, 36), Standing.STEADY),
        (weekly(40, 5, 10, 0) + weekly(3, 1, 10, 0), Standing.NEVER),
        (weekly(3, 1, 10, 9), Standing.TOO_FEW),
        (weekly(13, 5, 2, 1) + weekly(3, 1, 2, 1), Standing.TOO_FEW),
        (weekly(40, 5, 10, 0) + days((30, 1, 1), (2, 30, 0)), Standing.TOO_FEW),
        (weekly(40, 5, 10, 5), Standing.TOO_FEW),
        ([], Standing.TOO_FEW),
    ],
    ids=[
        "fell from a half to a tenth",
        "rose from a tenth to six tenths",
        "four tenths after a half is as before",
        "surely less but not sharply",
        "never in 390 plans",
        "no earlier year",
        "18 plans before",
        "once in a year",
        "nothing signed lately",
        "nothing counted",
    ],
)
def test_what_is_said(counts: list[DayCount], standing: Standing) -> None:
    assert judged(counts, TODAY).standing is standing


def test_a_rise_from_never_is_told() -> None:
    found = judged([*weekly(40, 5, 2, 0), *weekly(3, 1, 2, 2)], TODAY)
    assert found.standing is Standing.ROSE


def test_what_is_dated_tomorrow_does_not_count() -> None:
    assert judged(days((-1, 30, 30)), TODAY).standing is Standing.TOO_FEW


# In words


def test_no_share_is_rounded_to_none_or_all() -> None:
    assert [percent(share) for share in (0.0, 0.001, 0.25, 0.999, 1.0)] == [
        "0 %",
        "under 1 %",
        "25 %",
        "over 99 %",
        "100 %",
    ]


def test_the_chance_is_told_in_powers_of_ten() -> None:
    assert chance_words(0.0009) == "less often than once in 1,000 times"
    assert chance_words(0.00002) == "less often than once in 10,000 times"
    assert chance_words(1e-12) == "less often than once in 1,000,000 times"
    assert chance_words(0.2) == chance_words(None) == "more often than once in 1,000 times"


def test_the_sentence_of_an_alarm_has_the_numbers() -> None:
    found = judged([*weekly(32, 7, 2, 1), *weekly(6, 1, 2, 0)], TODAY)
    assert sentence_of(found) == (
        "It applied in 26 of 52 plans (50 %) of the year up to 04-Oct-2026, and in none of the 12 plans signed since. "
        "If nothing had changed, that would happen less often than once in 1,000 times."
    )


def test_too_few_says_how_many_are_needed() -> None:
    assert "at least 20 are needed" in sentence_of(judged(weekly(3, 1, 10, 9), TODAY))
    assert sentence_of(judged(weekly(40, 5, 10, 5), TODAY)) == "No plan was signed in the last four weeks."
    rare = judged([*weekly(40, 5, 10, 0), *days((30, 1, 1), (2, 30, 0))], TODAY)
    assert "at least 5 times are needed" in sentence_of(rare)


def test_never_says_how_often_it_could_not_be_decided() -> None:
    found = judged([DayCount(TODAY, 30, 0, 28)], TODAY)
    assert sentence_of(found) == (
        "It applied in none of 30 plans since 22-Nov-2026; it could not be decided in 28 of them."
    )


# The chart


def test_limits_are_three_standard_deviations() -> None:
    """A half of 36 plans: sqrt(0.25 / 36) = 1/12, so 0.25 to 0.75; of one plan, everything."""
    assert [limits_of(0.5, 36).low, limits_of(0.5, 36).high] == pytest.approx([0.25, 0.75])
    assert (limits_of(0.5, 1).low, limits_of(0.5, 1).high) == (0.0, 1.0)
    assert is_outside(0.24, limits_of(0.5, 36))
    assert not is_outside(0.25, limits_of(0.5, 36))
    assert is_outside(0.9, limits_of(1.0, 5)), "a rule that always applied leaves no room"


def test_weeks_begin_on_monday_and_one_without_plans_has_no_share() -> None:
    weeks = weeks_of(days((0, 2, 1), (6, 2, 1), (7, 1, 1), (21, 1, 0)), TODAY, 4)
    assert [week.first for week in weeks] == [date(2026, 10, 26) + timedelta(weeks=one) for one in range(4)]
    assert [week.share for week in weeks] == [0.0, None, 1.0, 0.5]


def test_a_week_without_plans_stays_a_gap() -> None:
    weeks = weeks_of(weekly(3, 3, 4, 2) + weekly(2, 2, 4, 4) + weekly(0, 0, 4, 2), TODAY, 4)
    drawing = drawing_of(weeks, 0.5, ())
    assert len(drawing.points) == 3
    (line,) = drawing.lines  # of the first two weeks; the last stands alone
    assert len(line.split()) == 2
    assert len(drawing.limits) == 4, "above and below, for both runs of weeks"


def test_what_lies_outside_has_another_shape_and_releases_a_line() -> None:
    weeks = weeks_of(weekly(3, 2, 36, 18) + weekly(1, 1, 36, 2), TODAY, 4)
    drawing = drawing_of(weeks, 0.5, [InForce(2, date(2026, 11, 9)), InForce(1, date(2020, 1, 1))])
    assert [bool(point.corners) for point in drawing.points] == [False, False, True]
    (mark,) = drawing.releases
    assert mark.label == "Release 2"
    assert mark.at == "318.0", "the beginning of the third of four weeks"
    assert drawing.centre == "96.0"


def test_without_an_earlier_share_there_are_no_limits() -> None:
    drawing = drawing_of(weeks_of(weekly(2, 1, 4, 4), TODAY, 4), None, ())
    assert (drawing.centre, drawing.limits) == ("", ())
    assert len(drawing.points) == 2


def test_a_judgement_is_about_counts_alone() -> None:
    assert judged([], TODAY) == Judgement(Standing.TOO_FEW, Period(None, TODAY), judged([], TODAY).recent)
