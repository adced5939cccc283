"""Where the charts of the trends put things: one time axis for all of them, and an even scale for each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from pathways.engine.vocabulary import Finding
from patients.dates import short_date

# In the units of the drawing, which the page scales as a whole.
LEFT, RIGHT, TOP, BOTTOM = 56, 500, 26, 166
ASIDE = 22  # of the first and the last day from the ends, so that their labels stand free
INTERVALS = 5
ROUND_NUMBERS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class AxisTick:
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From the first day on which anything stands to today, proportional."""

    first: date
    last: date

    def at(self, day: date) -> float:
        days = (self.last - self.first).days
        if days == 0:
            return (LEFT + RIGHT) / 2
        return LEFT + ASIDE + (RIGHT - LEFT - 2 * ASIDE) * (day - self.first).days / days

    def ticks(self) -> tuple[AxisTick, ...]:
        """The first day, the middle and the last, as far as they are different days."""
        middle = self.first + (self.last - self.first) // 2
        days = dict.fromkeys((self.first, middle, self.last))
        return tuple(AxisTick(drawn(self.at(day)), short_date(day)) for day in days)


@dataclass(frozen=True, slots=True)
class Scale:
    """The same for every patient, unless a value lies outside: then it is enlarged, which the page says."""

    low: Decimal
    high: Decimal
    is_enlarged: bool

    def at(self, value: Decimal) -> float:
        return BOTTOM - (BOTTOM - TOP) * float((value - self.low) / (self.high - self.low))

    def ticks(self) -> tuple[AxisTick, ...]:
        return tuple(AxisTick(drawn(self.at(value)), plain(value)) for value in self.steps())

    def steps(self) -> Iterator[Decimal]:
        step = rounded_up((self.high - self.low) / INTERVALS)
        value = self.low
        while value <= self.high:
            yield value
            value += step


def scale_of(finding: Finding, values: Iterable[Decimal], thresholds: Iterable[Decimal]) -> Scale:
    """The range that the vocabulary allows; where it has no end, twice the highest number that any rule looks at."""
    given, limits = list(values), list(thresholds)
    highest, lowest = max(given), min(given)
    below_zero = -rounded_up(-lowest) if lowest < 0 else Decimal(0)
    low = finding.minimum if finding.minimum is not None else below_zero
    if finding.maximum is not None:
        return Scale(low, finding.maximum, is_enlarged=False)
    usual = rounded_up(2 * max(limits)) if limits and max(limits) > 0 else rounded_up(max(highest, Decimal(1)))
    if highest <= usual:
        return Scale(low, usual, is_enlarged=False)
    return Scale(low, rounded_up(highest), is_enlarged=bool(limits))


def rounded_up(number: Decimal) -> Decimal:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    power = Decimal(10) ** number.adjusted()
    return next(one for one in (power * of_ten for of_ten in ROUND_NUMBERS) if one >= number)


def plain(number: Decimal) -> str:
    whole = number.to_integral_value(rounding=ROUND_CEILING)
    return format(whole if whole == number else number.normalize(), "f")


def drawn(position: float) -> str:
    """As a drawing's attribute, whatever the language of the page."""
    return f"{position:.1f}"
