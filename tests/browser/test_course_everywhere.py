"""The course of an illness on every page: at four widths, by keyboard, in the system's colours, and without any."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from patients.findings import Answer
from patients.models import Assessment, Patient, SignedPlan
from patients.services.addenda import add_addendum
from tests import factories
from tests.browser.clinic import RULES, Clinic
from tests.cast import Cast
from tests.patients.pages import address
from tests.patients.weeks import signed_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1280, 1440, 1920, 820)
LAYOUTS = (1280, 820)  # beside each other, and beneath each other; wider windows have more room, and the same layout
NARROW = {"width": 820, "height": 1180}
NOW: dict[str, Any] = {
    "kps": "60",
    "intracranial_bleed": Answer("present", observed_on="-2d"),
    "bleed_effect": "symptomatic",
    "vte": "established",
    "antithrombotic": "therapeutic",
}
OF_THE_PATIENT = ("patient_detail", "compare", "compare_print")
OF_THE_DRAFT = (
    "assessment_edit",
    "findings_confirm",
    "what_if",
    "flow",
    "flow_print",
    "plan_details",
    "plan_sign",
    "draft_print",
)
OF_THE_PLAN = ("plan_detail", "patient_copy", "patient_copy_print", "plan_text", "plan_addendum")
OF_THE_GUIDANCE = (
    "/",
    "/tour/",
    "/help/",
    "/about/",
    "/help/blank-form/",
    "/guidance/search/",
    "/guidance/ask/",
    "/guidance/questions/",
    "/guidance/flow/safety/",
)
# Written by the browser into the page: every stop of the Tab key, whether its focus shows and whether it is in sight.
STOPS = """() => {
  const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const seen = new Set();
  const shows = (one) => {
    const style = getComputedStyle(one);
    if (one.closest("svg")) return getComputedStyle(one.querySelector("rect")).strokeWidth === "6px";
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const group = (one) => (one.type === "radio" ? `${one.form && one.form.id} ${one.name}` : one);
  const known = (one) => one.closest("svg") ? "in a drawing" : (one.id || one.textContent.trim() || one.name);
  const waiting = () => [...document.querySelectorAll(stops)].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0);
  const report = { hidden: [], covered: [] };
  document.addEventListener("focusin", (event) => {
    const one = event.target;
    seen.add(group(one));
    if (!shows(one)) report.hidden.push(known(one));
    const box = one.getClientRects()[0] || one.getBoundingClientRect();
    const middle = [box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height / 2, 200)];
    const top = document.elementFromPoint(...middle);
    const over = top && top.closest(".action-bar, .patient-banner, .what-if-actions");
    if (over && !over.contains(one) && box.height < innerHeight) report.covered.push(known(one));
  });
  window.tabStops = () => waiting().length;
  window.tabReport = () => ({ ...report, missed: waiting().filter((one) => !seen.has(group(one))).map(known) });
}"""
# A watermark is pale on purpose; what it says stands in words beside it.
AXE = "(options) => axe.run({ exclude: ['.watermark'] }, options).then((found) => found.violations)"
# A bar that floats covers whatever happens to stand at the window's end; the walk by the Tab key looks at that.
LAND_BARS = """() => document.querySelectorAll(".action-bar, .what-if-actions").forEach((bar) => {
  bar.style.position = "static";
})"""
WORDS = """() => [...document.querySelectorAll(".class-word")].filter((one) => one.checkVisibility()).map((word) => {
  const shape = word.parentElement.closest("h2, h3, h4, p, strong, li")?.querySelector("svg.shape");
  const drawn = shape && shape.checkVisibility() && shape.getBoundingClientRect().width > 8;
  return [shape ? shape.querySelector("use").getAttribute("href") : "", drawn, word.textContent.trim()];
})"""


@dataclass
class Walk:
    """Looks at one page after another, and keeps what is wrong, so that all of it is told at once."""

    clinic: Clinic
    faults: list[str] = field(default_factory=list)
    words: dict[str, set[str]] = field(default_factory=dict)
    path: str = ""

    def opens(self, path: str) -> None:
        self.clinic.page.goto(self.clinic.server + path)
        self.path = urlsplit(path).path

    def fault(self, text: object) -> None:
        self.faults.append(f"{self.path}: {text}")

    def looks_sound_at_every_width(self) -> None:
        page = self.clinic.page
        if page.locator("h1").count() != 1:
            self.fault(f"{page.locator('h1').count()} headings of the first level")
        page.evaluate(Axe().axe_script)
        page.evaluate(LAND_BARS)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.fault(f"sideways scroll at {width}")
            if width not in LAYOUTS:
                continue
            options = {"runOnly": RULES, "preload": False, "resultTypes": ["violations"]}
            for one in page.evaluate(AXE, options):
                self.fault(f"{one['id']} at {width}: {[node['target'] for node in one['nodes']]}")

    def says_the_same_in_the_colours_of_the_system(self) -> None:
        page = self.clinic.page
        usual = page.evaluate(WORDS)
        page.emulate_media(forced_colors="active")
        forced = page.evaluate(WORDS)
        page.emulate_media(forced_colors="none")
        if forced != usual:
            self.fault(f"{usual} become {forced}")
        for shape, is_drawn, word in usual:
            if not is_drawn or not word:
                self.fault(f"{word!r} stands without its shape {shape!r}")
            self.words.setdefault(shape, set()).add(word.rstrip(":"))

    def is_reached_by_the_tab_key(self) -> None:
        page = self.clinic.page
        page.set_viewport_size(NARROW)
        page.evaluate(STOPS)
        page.evaluate("document.body.focus(); window.scrollTo(0, 0)")
        for _ in range(page.evaluate("window.tabStops()") + 2):
            page.keyboard.press("Tab")
        for what, which in page.evaluate("window.tabReport()").items():
            if which:
                self.fault(f"{what}: {which}")


@dataclass(frozen=True)
class Course:
    """A patient with a plan of nine days ago, an addendum to it, and a reassessment after a bleed and a clot."""

    patient: Patient
    plan: SignedPlan
    draft: Assessment

    def paths(self) -> list[str]:
        return [
            *OF_THE_GUIDANCE,
            *(address(view, self.patient.pk) for view in OF_THE_PATIENT),
            *(address(view, self.draft.pk) for view in OF_THE_DRAFT),
            address("what_would_change", self.draft.pk, "intrathecal_chemotherapy"),
            *(address(view, self.plan.pk) for view in OF_THE_PLAN),
        ]


@pytest.fixture
def course(cast: Cast, patient: Patient) -> Course:
    signed = signed_on(timezone.localdate() - timedelta(days=9), cast.consultant, patient, factories.FAVOURABLE)
    add_addendum(signed, by=cast.consultant, text="The scan was read again: no change.")
    return Course(patient, signed, factories.make_draft(cast.consultant, patient, NOW))


def test_every_page_of_the_course_at_every_width(clinic: Clinic, course: Course) -> None:
    walk = Walk(clinic)
    for path in course.paths():
        walk.opens(path)
        walk.looks_sound_at_every_width()
        walk.says_the_same_in_the_colours_of_the_system()
    assert not walk.faults, "\n".join(walk.faults)
    # One shape never stands for two words, nor two words for one shape: nothing rests on colour
    assert len(walk.words) >= 5
    assert all(len(words) == 1 for words in walk.words.values()), walk.words
    assert len({word for words in walk.words.values() for word in words}) == len(walk.words)


def test_everything_on_them_is_reached_by_the_tab_key_and_in_sight(clinic: Clinic, course: Course) -> None:
    walk = Walk(clinic)
    for path in course.paths():
        walk.opens(path)
        walk.is_reached_by_the_tab_key()
    assert not walk.faults, "\n".join(walk.faults)


def test_the_classes_differ_in_grey(clinic: Clinic, course: Course) -> None:
    """Seen as somebody who sees no colours at all, and as a printer without colours prints it."""
    clinic.opens_assessment(course.draft)
    devtools = clinic.page.context.new_cdp_session(clinic.page)
    devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
    pictures: dict[str, bytes] = {}
    for title in clinic.page.locator(".advice-title, .urgent-note h3").all():
        shape = title.locator("svg.shape").first
        pictures.setdefault(title.locator("use").first.get_attribute("href") or "", shape.screenshot())
    assert len(pictures) >= 4
    assert len(set(pictures.values())) == len(pictures)
