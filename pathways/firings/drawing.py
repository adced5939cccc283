"""The control chart of a rule as attributes of a drawing: weekly shares, centre, limits, and when releases came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pathways.dates import short_date
from pathways.firings.rates import Limits, Period, is_outside, limits_of

# In the units of the drawing, which the page scales as a whole.
LEFT, RIGHT, TOP, BOTTOM = 48, 588, 26, 166
TICKS = ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %"))


@dataclass(frozen=True, slots=True)
class InForce:
    """A release that came into force on a day."""

    number: int
    day: date


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """Outside the limits it is a diamond, whose corners are `corners`."""

    x: str
    y: str
    corners: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """`lines` and `limits` are points of broken lines; `centre` is empty without an earlier share."""

    left: int
    right: int
    top: int
    bottom: int
    scale: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    centre: str
    limits: tuple[str, ...]
    lines: tuple[str, ...]
    points: tuple[Point, ...]
    releases: tuple[Tick, ...]


def drawing_of(weeks: Sequence[Period], share: float | None, releases: Iterable[InForce]) -> Drawing:
    """`share` is the one of the earlier period, which centre and limits are made of."""
    runs = list(runs_of(weeks))
    return Drawing(
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        scale=tuple(Tick(drawn(height(at)), label) for at, label in TICKS),
        weeks=week_ticks(weeks),
        centre=drawn(height(share)) if share is not None else "",
        limits=tuple(limit_lines(weeks, runs, share)) if share is not None else (),
        lines=tuple(line(weeks, run) for run in runs if len(run) > 1),
        points=tuple(point(weeks, at, share) for run in runs for at in run),
        releases=release_marks(weeks, releases),
    )


def runs_of(weeks: Sequence[Period]) -> Iterator[tuple[int, ...]]:
    """Places of weeks with plans that follow one another: a week without plans stays a gap."""
    run: list[int] = []
    for place, week in enumerate(weeks):
        if week.plans:
            run.append(place)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def width(weeks: Sequence[Period]) -> float:
    return (RIGHT - LEFT) / len(weeks)


def middle(weeks: Sequence[Period], place: int) -> float:
    return LEFT + (place + 0.5) * width(weeks)


def height(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * share


def share_of(week: Period) -> float:
    return week.applied / week.plans


def line(weeks: Sequence[Period], run: Iterable[int]) -> str:
    return " ".join(f"{drawn(middle(weeks, at))},{drawn(height(share_of(weeks[at])))}" for at in run)


def limit_lines(weeks: Sequence[Period], runs: Iterable[tuple[int, ...]], share: float) -> Iterator[str]:
    """Steps, because a week of few plans allows more; above and below for every run of weeks."""
    for run in runs:
        found = [limits_of(share, weeks[at].plans) for at in run]
        yield steps(weeks, run, [one.high for one in found])
        yield steps(weeks, run, [one.low for one in found])


def steps(weeks: Sequence[Period], run: Iterable[int], shares: Iterable[float]) -> str:
    half = width(weeks) / 2
    corners = []
    for at, share in zip(run, shares, strict=True):
        x, y = middle(weeks, at), drawn(height(share))
        corners += [f"{drawn(x - half)},{y}", f"{drawn(x + half)},{y}"]
    return " ".join(corners)


def point(weeks: Sequence[Period], at: int, share: float | None) -> Point:
    x, y = middle(weeks, at), height(share_of(weeks[at]))
    limits: Limits | None = limits_of(share, weeks[at].plans) if share is not None else None
    is_far = limits is not None and is_outside(share_of(weeks[at]), limits)
    corners = ((x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y)) if is_far else ()
    return Point(drawn(x), drawn(y), " ".join(f"{drawn(one)},{drawn(other)}" for one, other in corners))


def week_ticks(weeks: Sequence[Period]) -> tuple[Tick, ...]:
    places = dict.fromkeys((0, len(weeks) // 2, len(weeks) - 1))
    days = ((place, weeks[place].first) for place in places)
    return tuple(Tick(drawn(middle(weeks, place)), short_date(day)) for place, day in days if day is not None)


def release_marks(weeks: Sequence[Period], releases: Iterable[InForce]) -> tuple[Tick, ...]:
    """A line at the day on which a release came into force, as far as it lies in the drawn weeks."""
    first, last = weeks[0].first, weeks[-1].last
    if first is None or last is None:
        return ()
    of_a_day = width(weeks) / 7
    inside = [one for one in releases if first <= one.day <= last]
    return tuple(Tick(drawn(LEFT + of_a_day * (one.day - first).days), f"Release {one.number}") for one in inside)


def drawn(position: float) -> str:
    """As a drawing's attribute, whatever the language of the page."""
    return f"{position:.1f}"
