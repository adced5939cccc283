"""The drawing: nothing overlaps, nothing leaves the sheet, no word leaves its box, and paper loses nothing."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given

from pathways.engine.release import build_release
from pathways.flow import Mark, Reading, ShownFlow, shown_flow
from pathways.flow.drawing import Chart
from pathways.flow.graph import _flow
from pathways.flow.layout import SIZES
from pathways.flow.measure import width_of, wrapped
from pathways.flow.pages import screen_body
from pathways.flow.reading import KnownValue
from pathways.flow.sheets import SHEET_HEIGHT, SHEET_WIDTH, SMALLEST, charts_for_sheets, whole_chart
from pathways.flow.shown import ShownEnding, ShownQuestion, nodes_of
from tests.engine.agreement import evaluation_of
from tests.engine.documents import Document, finding, rule, with_rules
from tests.engine.hypothesis_profiles import examples
from tests.engine.small_contents import small_contents
from tests.engine.strategies import Record, patients
from tests.shipped import shipped_content

SHIPPED = shipped_content()
PATHWAYS = {pathway.code: pathway for pathway in SHIPPED.release.pathways}
LARGEST_TYPE_LOST = 0.7  # 14 px are 10.5 pt; the smallest print of a heading is then above 7 pt


def is_well_drawn(chart: Chart) -> None:
    for box in chart.boxes:
        assert 0 <= box.x < box.right <= chart.width, box
        assert 0 <= box.y < box.bottom <= chart.height, box
        for words in box.words:
            size = SIZES[words.kind][0]
            assert box.x < words.x, words
            assert words.x + width_of(words.text, size) <= box.right, words
            assert box.y + size <= words.y + 4 <= box.bottom, words
    for one, other in combinations(chart.boxes, 2):
        apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
        assert apart, (one, other)

    for wire in chart.wires:
        for x, y, to_x, to_y in segments(wire.path):
            for box in chart.boxes:
                beside = to_x <= box.x or x >= box.right or to_y <= box.y or y >= box.bottom
                assert beside, f"{wire.path} runs through {box}"


def segments(path: str) -> Iterator[tuple[int, int, int, int]]:
    """The straight pieces of a line, each from its left or upper end."""
    x = y = 0
    for command, numbers in re.findall(r"([MHV])([0-9 ]+)", path):
        first, *second = (int(number) for number in numbers.split())
        to_x, to_y = {"M": (first, *second), "H": (first, y), "V": (x, first)}[command]
        if command != "M":
            yield min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)
        x, y = to_x, to_y


def charts(flow: ShownFlow) -> list[Chart]:
    for_sheets = [chart for section in flow.sections for chart in charts_for_sheets(flow.start, section)]
    return [whole_chart(flow.start, section) for section in flow.sections] + for_sheets


@pytest.mark.parametrize("code", PATHWAYS)
def test_nothing_of_a_shipped_pathway_overlaps_or_leaves_its_box_or_sheet(code: str) -> None:
    for chart in charts(shown_flow(SHIPPED.release, PATHWAYS[code])):
        is_well_drawn(chart)


@examples(8)
@given(patients(SHIPPED.document))
def test_nor_with_a_patients_values_in_it(record: Record) -> None:
    evaluation = evaluation_of(SHIPPED.release, record)
    values = {
        code: KnownValue("not known" if known is None else f"{known}, converted", "22-Nov-2026")
        for code, known in evaluation.known.items()
    }
    for pathway in PATHWAYS.values():
        flow = shown_flow(SHIPPED.release, pathway, reading=Reading(evaluation, values, "/form/"))
        for chart in charts(flow):
            is_well_drawn(chart)


@examples(25)
@given(small_contents())
def test_nor_with_any_content(document: Document) -> None:
    release = build_release(document)
    for pathway in release.pathways:
        for chart in charts(shown_flow(release, pathway)):
            is_well_drawn(chart)


@pytest.mark.parametrize("code", PATHWAYS)
def test_each_chart_fits_a_sheet_of_a4_and_stays_readable(code: str) -> None:
    flow = shown_flow(SHIPPED.release, PATHWAYS[code])
    for section in flow.sections:
        for chart in charts_for_sheets(flow.start, section):
            scale = min(1.0, SHEET_WIDTH / chart.width, SHEET_HEIGHT / chart.height)
            assert scale >= LARGEST_TYPE_LOST, (chart.name, chart.width, chart.height)


@pytest.mark.parametrize("code", PATHWAYS)
def test_cutting_for_paper_keeps_every_ending_once_and_the_questions_before_it(code: str) -> None:
    flow = shown_flow(SHIPPED.release, PATHWAYS[code])
    for section in flow.sections:
        expected = Counter(one.name for one in nodes_of(section.steps) if isinstance(one, ShownEnding))
        parts = charts_for_sheets(flow.start, section)
        found = Counter(box.name for part in parts for box in part.boxes if box.kind == "ending")
        assert found == expected
        questions = {one.name for one in nodes_of(section.steps) if isinstance(one, ShownQuestion)}
        assert {box.name for part in parts for box in part.boxes if box.kind == "question"} == questions


def test_a_section_of_many_rules_is_cut_into_sheets_that_each_fit() -> None:
    findings = [finding(f"finding_{number}") for number in range(60)]
    rules = [rule(f"rule-{number}", "avoid", f"finding_{number} is yes") for number in range(60)]
    release = build_release(with_rules(findings, *rules))
    flow = shown_flow(release, release.pathways[0])
    parts = charts_for_sheets(flow.start, flow.sections[0])
    assert len(parts) > 3
    assert parts[0].name == f"Drug, part 1 of {len(parts)}"
    for part in parts:
        assert part.height <= SHEET_HEIGHT / SMALLEST


def test_a_large_pathway_opens_one_section_and_links_to_the_others() -> None:
    flow = shown_flow(SHIPPED.release, PATHWAYS["initial-treatment"])
    body = screen_body(flow, zoom=100, section="corticosteroids", href_of=lambda code: f"?section={code}")
    assert flow.nodes > 40
    assert [one.section.code for one in body.sections if one.is_open] == ["corticosteroids"]
    assert all(bool(one.charts) is one.is_open for one in body.sections)
    unknown = screen_body(flow, zoom=100, section="nothing", href_of=lambda code: f"?section={code}")
    assert [one.is_open for one in unknown.sections] == [True] + [False] * (len(body.sections) - 1)


def test_a_small_pathway_is_all_open() -> None:
    flow = shown_flow(SHIPPED.release, PATHWAYS["diagnosis"])
    body = screen_body(flow, zoom=100, section="", href_of=lambda code: code)
    assert all(one.is_open for one in body.sections)


def test_zoom_changes_the_size_and_nothing_else() -> None:
    flow = shown_flow(SHIPPED.release, PATHWAYS["diagnosis"])
    as_drawn, larger = (
        screen_body(flow, zoom=zoom, section="", href_of=lambda code: code).sections[0].charts[0] for zoom in (100, 200)
    )
    assert (larger.width, larger.height) == (2 * as_drawn.width, 2 * as_drawn.height)
    assert larger.chart == as_drawn.chart


def test_lines_are_broken_between_words_and_a_long_word_is_cut() -> None:
    assert wrapped("Venous thromboembolism", 14, 140) == ("Venous", "thromboembolism")
    pieces = wrapped("W" * 30, 14, 100)
    assert "".join(pieces) == "W" * 30
    assert all(width_of(piece, 14) <= 100 for piece in pieces)


def test_this_patients_way_is_painted_last() -> None:
    record = {"id": "p", "as_of": "2026-11-22", "findings": {"lm_diagnosis": "established", "kps": 50}}
    evaluation = evaluation_of(SHIPPED.release, record)
    values = {code: KnownValue(str(known or "not known")) for code, known in evaluation.known.items()}
    flow = shown_flow(SHIPPED.release, PATHWAYS["initial-treatment"], reading=Reading(evaluation, values, "/form/"))
    marks = [wire.mark for wire in whole_chart(flow.start, flow.sections[0]).wires]
    assert marks[-1] is Mark.TAKEN
    assert marks == sorted(marks, key=[Mark.REST, Mark.WAITING, Mark.TAKEN].index)


@pytest.mark.parametrize("code", PATHWAYS)
def test_a_pathway_is_drawn_well_within_a_tenth_of_a_second(code: str) -> None:
    def seconds() -> float:
        _flow.cache_clear()
        began = time.process_time()
        charts(shown_flow(SHIPPED.release, PATHWAYS[code]))
        return time.process_time() - began

    assert min(seconds() for _ in range(3)) < 0.1
