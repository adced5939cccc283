"""The flow diagram in a browser: reached by keyboard, read without seeing it, enlarged by links, printed across A4."""

import io
import re
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from patients.findings import Answer
from patients.models import Assessment, Patient
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.browser.steps import BLEEDING
from tests.cast import Cast
from tests.patients.pages import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECTION = "#section-intrathecal_chemotherapy"
WHOLE = f"?pathway=intracranial-bleed&show=all&section={SECTION.partition('-')[2]}"
WORDS_OUTSIDE = """() => [...document.querySelectorAll(".flow-chart a, .flow-chart g[class^=flow]")].filter((node) => {
  const box = node.querySelector("rect").getBBox();
  return [...node.querySelectorAll("text")].some((text) => {
    const words = text.getBBox();
    const right = box.x + box.width, bottom = box.y + box.height;
    return words.x < box.x || words.x + words.width > right || words.y + words.height > bottom + 1;
  });
}).map((node) => node.textContent)"""


@pytest.fixture
def bleeding(cast: Cast, patient: Patient) -> Assessment:
    answers: dict[str, Any] = BLEEDING | {"deposits": "linear", "csf_flow": Answer("", why_unknown="awaited")}
    return factories.make_draft(cast.consultant, patient, answers)


def opens(clinic: Clinic, assessment: Assessment, asked: str = "", *, view: str = "flow") -> Any:
    clinic.page.goto(f"{clinic.server}{address(view, assessment.pk)}{asked}")
    return clinic.page


def test_a_clinician_sees_the_way_and_follows_it_by_keyboard(clinic: Clinic, bleeding: Assessment) -> None:
    page = opens(clinic, bleeding, WHOLE)
    diagram = page.locator(f"{SECTION} .flow-scroller")
    diagram.focus()
    page.keyboard.press("Tab")
    names = []
    while page.evaluate("document.activeElement.closest('svg') !== null"):
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("Tab")
    assert names[0].startswith("Start: Intracranial bleeding is Present or Resolved. This patient: Present")
    assert any(name.startswith("Not now: Intrathecal chemotherapy. This patient") for name in names)
    assert len(names) == page.locator(f"{SECTION} .flow-chart a").count() > 10
    page.locator(f"{SECTION} .flow-chart").get_by_role("link", name="CSF flow", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question-csf_flow")).to_be_in_viewport()
    # And a box with advice leads to its card
    opens(clinic, bleeding, WHOLE)
    page.locator(f"{SECTION} .flow-ending.flow-taken").first.click()
    expect(clinic.card("intrathecal_chemotherapy")).to_be_in_viewport()


def test_the_whole_of_it_is_accessible_and_fits(clinic: Clinic, bleeding: Assessment) -> None:
    for asked in ("?pathway=initial-treatment", f"{WHOLE}&zoom=200"):
        page = opens(clinic, bleeding, asked)
        clinic.is_accessible()
        for width in (1280, 1920, 820):
            page.set_viewport_size({"width": width, "height": 900})
            clinic.fits()
            assert page.evaluate(WORDS_OUTSIDE) == []


def test_zoom_is_a_link_and_the_diagram_scrolls_by_keyboard(clinic: Clinic, bleeding: Assessment) -> None:
    page = opens(clinic, bleeding, WHOLE)
    before = page.locator(f"{SECTION} .flow-chart").bounding_box()
    page.get_by_role("link", name="200 %").click()
    after = page.locator(f"{SECTION} .flow-chart").bounding_box()
    assert after["width"] == pytest.approx(2 * before["width"], abs=2)
    expect(page.get_by_role("link", name="200 %")).to_have_attribute("aria-current", "true")
    page.locator(f"{SECTION} .flow-scroller").focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        if page.locator(f"{SECTION} .flow-scroller").evaluate("scroller => scroller.scrollLeft") > 0:
            return
    pytest.fail("The arrow keys do not scroll the diagram.")


def test_line_and_word_tell_the_ways_apart_without_colour(clinic: Clinic, bleeding: Assessment) -> None:
    page = opens(clinic, bleeding, "?pathway=initial-treatment&show=all&section=intrathecal_chemotherapy")
    for colours in ({}, {"forced_colors": "active"}):
        page.emulate_media(**colours)
        drawn = {
            mark: page.locator(f".flow-ending.flow-{mark} rect").first.evaluate(
                "rect => [getComputedStyle(rect).strokeWidth, getComputedStyle(rect).strokeDasharray]"
            )
            for mark in ("taken", "waiting", "rest")
        }
        assert drawn["taken"] == ["4px", "none"]
        assert drawn["waiting"] == ["2px", "7px, 5px"]
        assert drawn["rest"] == ["1px", "none"]


def test_the_pathway_without_a_patient(clinic: Clinic, bleeding: Assessment) -> None:
    page = clinic.page
    page.goto(f"{clinic.server}/guidance/flow/initial-treatment/")
    clinic.is_accessible()
    clinic.fits()
    assert page.evaluate(WORDS_OUTSIDE) == []
    page.get_by_role("link", name=re.compile("^Corticosteroids.*open this section")).click()
    expect(page.get_by_role("heading", name="Corticosteroids as a list")).to_be_visible()


def test_each_sheet_of_paper_lies_across_and_names_the_patient(clinic: Clinic, bleeding: Assessment) -> None:
    opens(clinic, bleeding, "?pathway=safety", view="flow_print")
    clinic.is_accessible()
    opens(clinic, bleeding, "?pathway=intracranial-bleed", view="flow_print")
    paper = PdfReader(io.BytesIO(clinic.page.pdf(prefer_css_page_size=True)))
    assert 3 < len(paper.pages) < 20
    sheets = [clean(sheet.extract_text()) for sheet in paper.pages]
    for number, (sheet, text) in enumerate(zip(paper.pages, sheets, strict=True), start=1):
        assert (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) == (842, 595)
        for words in (
            f"{bleeding.patient.family_name.upper()}, Anna (Ms)",
            bleeding.patient.hospital_number,
            "TRAINING.",
            "DRAFT, NOT SIGNED.",
            "Release 1, under review",
            "Printed ",
            f"Page {number} of {len(paper.pages)}",
        ):
            assert words in text, (number, words)
    whole = " ".join(sheets)
    assert "This patient" in whole
    assert "Waiting for" in whole
    assert "Worklist" not in whole
