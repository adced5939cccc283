"""Cuts a section that is too large for a sheet of paper into several charts, each with the questions before it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from pathways.flow.drawing import Chart
from pathways.flow.layout import chart_of
from pathways.flow.shown import ShownEnding, ShownSection, ShownStep, Start, nodes_of

# A4 on its long side in pixels, without margins, the lines of the frame and the headings.
SHEET_WIDTH, SHEET_HEIGHT = 1010, 500
SMALLEST = 0.75  # to what a chart is made smaller rather than cut

Steps = tuple[ShownStep, ...]


def whole_chart(start: Start, section: ShownSection) -> Chart:
    return chart_of(start, section.steps, section.title)


def charts_for_sheets(start: Start, section: ShownSection) -> tuple[Chart, ...]:
    """As few charts as fit; a single way that is longer than a sheet is made smaller when it is printed."""
    parts = list(_parts(start, section))
    if len(parts) == 1:
        return (whole_chart(start, section),)
    named = ((f"{section.title}, part {number} of {len(parts)}", part) for number, part in enumerate(parts, start=1))
    return tuple(chart_of(start, part, name) for name, part in named)


def _parts(start: Start, section: ShownSection) -> Iterator[Steps]:
    """Each takes as many of the endings, in their order, as a sheet holds."""
    endings = [one for one in nodes_of(section.steps) if isinstance(one, ShownEnding)]
    taken: list[ShownEnding] = []
    for ending in endings:
        if taken and not fits(chart_of(start, leading_to([*taken, ending], section.steps), "")):
            yield leading_to(taken, section.steps)
            taken = []
        taken.append(ending)
    yield leading_to(taken, section.steps)


def fits(chart: Chart) -> bool:
    return max(chart.height / SHEET_HEIGHT, chart.width / SHEET_WIDTH) <= max(1 / SMALLEST, chart.width / SHEET_WIDTH)


def leading_to(endings: Collection[ShownEnding], steps: Steps) -> Steps:
    """Only the ways to these endings, told apart as objects: two rules may end in the same words."""
    wanted = {id(ending) for ending in endings}
    kept: list[ShownStep] = []
    for step in steps:
        if isinstance(step, ShownEnding):
            kept += [step] if id(step) in wanted else []
            continue
        branches = [replace(branch, steps=leading_to(endings, branch.steps)) for branch in step.branches]
        if led := tuple(branch for branch in branches if branch.steps):
            kept.append(replace(step, branches=led))
    return tuple(kept)
