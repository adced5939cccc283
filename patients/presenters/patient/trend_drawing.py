"""The drawing of a trend as attributes: points, broken lines, the numbers that rules look at, marks of the days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pathways.engine.decimals import in_words
from patients.presenters.patient.trend_axis import BOTTOM, LEFT, RIGHT, TOP, AxisTick, Scale, TimeAxis, drawn
from patients.presenters.patient.trend_rows import Gap, Measured, pieces, short_value

LABEL_WIDTH, LABEL_HEIGHT = 34, 15
MARK_WIDTH = 14
PLANS_AT, EVENTS_AT = 212, 240


@dataclass(frozen=True, slots=True)
class Point:
    """`label` is empty where it would lie on another; the table has every value."""

    x: str
    y: str
    label: str
    label_y: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that rules look at, as a line across."""

    y: str
    label: str
    label_y: str


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Attributes of the drawing, all of them texts. `lines` are the points of broken lines."""

    left: int
    right: int
    top: int
    bottom: int
    scale: tuple[AxisTick, ...]
    days: tuple[AxisTick, ...]
    limits: tuple[Limit, ...]
    lines: tuple[str, ...]
    points: tuple[Point, ...]
    plans: tuple[Mark, ...]
    events: tuple[Mark, ...]


def drawing_of(
    values: tuple[Measured, ...],
    missing: tuple[Gap, ...],
    axis: TimeAxis,
    scale: Scale,
    *,
    limits: Iterable[Decimal],
    marks: tuple[tuple[Mark, ...], tuple[Mark, ...]],
) -> Drawing:
    """`marks` are the plans and the events, the same under every chart."""
    return Drawing(
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
        scale=scale.ticks(),
        days=axis.ticks(),
        limits=drawn_limits(limits, scale),
        lines=tuple(line(piece, axis, scale) for piece in pieces(values, missing) if len(piece) > 1),
        points=placed_points(values, axis, scale),
        plans=marks[0],
        events=marks[1],
    )


def line(piece: tuple[Measured, ...], axis: TimeAxis, scale: Scale) -> str:
    return " ".join(f"{drawn(axis.at(one.day))},{drawn(scale.at(one.value))}" for one in piece)


def placed_points(values: tuple[Measured, ...], axis: TimeAxis, scale: Scale) -> tuple[Point, ...]:
    """A label stands above its point, else below, else not at all."""
    taken: list[tuple[float, float]] = [(axis.at(one.day), scale.at(one.value)) for one in values]
    points = []
    for one in values:
        x, y = axis.at(one.day), scale.at(one.value)
        free = next((at for at in (y - 10, y + 19) if at < BOTTOM - 2 and is_free(x, at - 5, taken)), None)
        if free is not None:
            taken.append((x, free - 5))
        label = short_value(one) if free is not None else ""
        points.append(Point(drawn(x), drawn(y), label, drawn(free or y), one.is_draft))
    return tuple(points)


def is_free(x: float, y: float, taken: Iterable[tuple[float, float]]) -> bool:
    return not any(abs(x - other_x) < LABEL_WIDTH and abs(y - other_y) < LABEL_HEIGHT - 5 for other_x, other_y in taken)


def drawn_limits(limits: Iterable[Decimal], scale: Scale) -> tuple[Limit, ...]:
    inside = [number for number in limits if scale.low <= number <= scale.high]
    return tuple(
        Limit(drawn(scale.at(number)), f"rules look at {in_words(number)}", drawn(scale.at(number) + 4))
        for number in inside
    )


def in_lane(marks: Sequence[tuple[date, str]], axis: TimeAxis, lane: int) -> tuple[Mark, ...]:
    """Marks that would touch are set one below the other."""
    placed: list[Mark] = []
    last_at, row = -float(MARK_WIDTH), 0
    for day, label in sorted(marks):
        at = axis.at(day)
        row = (row + 1) % 2 if at - last_at < MARK_WIDTH else 0
        placed.append(Mark(drawn(at), str(lane + 14 * row), label))
        last_at = at
    return tuple(placed)
