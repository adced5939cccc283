"""Every page at every width: no sideways scroll, nothing covered, no accessibility fault, long names included."""

from datetime import date
from typing import Any

import pytest

from patients.findings import Answer
from patients.models import Assessment, Patient
from patients.services.patients import AllergyEntry
from tests import factories
from tests.browser.clinic import Clinic
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1920, 1440, 1280, 1024, 820, 320)
EVERYTHING_AT_ONCE: dict[str, Any] = factories.FAVOURABLE | {
    "kps": "60",
    "cord_compression": "yes",
    "raised_icp": "yes",
    "hydrocephalus": "symptomatic",
    "intracranial_bleed": Answer("present", observed_on="-3d"),
    "bleed_effect": "symptomatic",
    "neuro_exam": "unstable",
    "vte": "life_threatening",
    "antithrombotic": "therapeutic",
    "craniospinal_rt": "given",
    "csf_flow": Answer("unobstructed", observed_on="-12d"),
    "csf_protein": Answer("0.9", unit="g/L"),
}


@pytest.fixture
def long_named(cast: Cast, release: object) -> Patient:
    return factories.make_patient(
        cast.consultant,
        cast.neuro_oncology,
        family_name="Featherstonehaugh-Cholmondeley-Wolfeschlegelsteinhausen",
        given_names="Alexandrina Wilhelmina Theodora Josephine",
        preferred_name="Alexandrina-Wilhelmina",
        title="Professor Dame",
        allergy_status="known",
        allergies=(
            AllergyEntry("penicillin and all other beta-lactam antibiotics", "anaphylaxis", date(2019, 3, 3)),
            AllergyEntry("gadolinium contrast", "", date(2021, 3, 3)),
        ),
    )


@pytest.fixture
def crowded(cast: Cast, long_named: Patient) -> Assessment:
    draft = factories.make_draft(cast.consultant, long_named, EVERYTHING_AT_ONCE)
    return factories.save(draft, cast.consultant, priorities="Unbreakable" * 60, ceilings="Long text. " * 80).assessment


@pytest.mark.parametrize("width", WIDTHS)
def test_a_crowded_assessment_and_its_review(clinic: Clinic, crowded: Assessment, width: int) -> None:
    clinic.page.set_viewport_size({"width": width, "height": 900})
    for view in ("assessment_edit", "plan_sign", "assessment_discard", "findings_confirm"):
        clinic.opens(view, crowded.pk)
        clinic.fits()
        clinic.is_accessible()


@pytest.mark.parametrize("path", ["/help/", "/about/"])
def test_help_and_about_on_the_narrowest_screen(clinic: Clinic, release: object, path: str) -> None:
    clinic.page.set_viewport_size({"width": 320, "height": 900})
    clinic.page.goto(clinic.server + path)
    clinic.fits()
    clinic.is_accessible()


def test_a_signed_plan_of_a_long_name(cast: Cast, clinic: Clinic, long_named: Patient, size: dict[str, int]) -> None:
    plan = factories.make_plan(cast.consultant, long_named, EVERYTHING_AT_ONCE)
    clinic.page.set_viewport_size(size)
    for view in ("plan_detail", "plan_print", "plan_withdraw"):
        clinic.opens_plan(plan, view)
        clinic.fits()
        clinic.is_accessible()


def test_the_classes_differ_without_colour(clinic: Clinic, crowded: Assessment) -> None:
    clinic.opens_assessment(crowded)
    cards = clinic.page.locator(".advice")
    pairs = set()
    for number in range(cards.count()):
        card = cards.nth(number)
        shape = card.locator("use").first.get_attribute("href")
        pairs.add((shape, card.locator(".class-word").first.inner_text()))
    assert len({shape for shape, _ in pairs}) == len({word for _, word in pairs}) == len(pairs) >= 5
