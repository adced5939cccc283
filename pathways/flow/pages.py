"""A pathway's diagram as its pages take it: sections that are open or folded, charts in their size, links to both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pathways.flow.drawing import Chart
from pathways.flow.reading import Mark
from pathways.flow.sheets import charts_for_sheets, whole_chart
from pathways.flow.shown import ShownFlow, ShownSection

ZOOMS = (75, 100, 150, 200)
WHOLE = 100
MOST_NODES = 40  # more are folded by section

HrefOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that is one of several; `is_chosen` is what the page shows."""

    text: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SizedChart:
    """`name` is told to whoever does not see it, `width` and `height` are what the zoom makes of the chart."""

    chart: Chart
    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DrawnSection:
    """Of a folded section, which has no charts, `href` opens it."""

    section: ShownSection
    counts: str
    is_open: bool
    href: str
    charts: tuple[SizedChart, ...]


@dataclass(frozen=True, slots=True)
class FlowBody:
    """What pathways/_flow_body.html takes. `for_paper` leaves out what is only good on a screen."""

    title: str
    sections: tuple[DrawnSection, ...]
    for_paper: bool


def screen_body(flow: ShownFlow, *, zoom: int, section: str, href_of: HrefOf) -> FlowBody:
    """One section open where the whole is large: the one asked for, or the first. `href_of` opens another one."""
    codes = [one.code for one in flow.sections]
    chosen = section if section in codes else next(iter(codes), "")
    is_large = flow.nodes > MOST_NODES
    drawn = []
    for one in flow.sections:
        is_open = not is_large or one.code == chosen
        charts = (sized(flow, whole_chart(flow.start, one), zoom),) if is_open else ()
        drawn.append(DrawnSection(one, counts_of(one), is_open, href_of(one.code), charts))
    return FlowBody(flow.title, tuple(drawn), for_paper=False)


def paper_body(flow: ShownFlow) -> FlowBody:
    """Every section, cut where it is too large for a sheet of A4 on its long side."""
    drawn = (
        DrawnSection(
            section=one,
            counts=counts_of(one),
            is_open=True,
            href="",
            charts=tuple(sized(flow, chart, WHOLE) for chart in charts_for_sheets(flow.start, one)),
        )
        for one in flow.sections
    )
    return FlowBody(flow.title, tuple(drawn), for_paper=True)


def sized(flow: ShownFlow, chart: Chart, zoom: int) -> SizedChart:
    name = f"Flow diagram: {flow.title}, {chart.name}. The same stands in the list below."
    return SizedChart(chart, name, chart.width * zoom // WHOLE, chart.height * zoom // WHOLE)


def counts_of(section: ShownSection | ShownFlow) -> str:
    """ "2 apply, 1 waits"; nothing where no patient is looked at."""
    taken, waiting = ({one.rule for one in section.endings(mark)} for mark in (Mark.TAKEN, Mark.WAITING))
    parts = [f"{len(taken)} {'applies' if len(taken) == 1 else 'apply'}"] if taken else []
    parts += [f"{len(waiting)} {'waits' if len(waiting) == 1 else 'wait'}"] if waiting else []
    return ", ".join(parts)


def zoom_of(asked: str) -> int:
    """What stands in an address, where it is one of the sizes; otherwise the size as drawn."""
    return int(asked) if asked in {str(zoom) for zoom in ZOOMS} else WHOLE


def zoom_choices(chosen: int, href_of: Callable[[int], str]) -> tuple[Choice, ...]:
    return tuple(Choice(f"{zoom}\N{NO-BREAK SPACE}%", href_of(zoom), zoom == chosen) for zoom in ZOOMS)
