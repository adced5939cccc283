"""The printed care plan: whose it is on every sheet, what was decided against advice, and nothing that needs colour."""

import io
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from patients.findings import Answer, board_of
from patients.models import Assessment, Patient, SignedPlan
from patients.services.decisions import decide
from patients.services.plans import sign_plan, withdraw_plan
from patients.states import AdviceAnswer, AnswerReason
from tests import factories
from tests.browser.clinic import Clinic, clean
from tests.browser.steps import BLEEDING
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Poor prognosis and a bleed: a prohibition, things to do, things to discuss, things not advised, much unknown.
DIFFICULT: dict[str, Any] = BLEEDING | {
    "vte": "established",
    "antithrombotic": "therapeutic",
    "cord_compression": "yes",
    "deposits": "nodular",
    "csf_flow": Answer("", why_unknown="awaited"),
}


@pytest.fixture
def overridden(cast: Cast, patient: Patient) -> SignedPlan:
    """Intrathecal chemotherapy was decided against the advice, with a reason and an alternative."""
    draft = factories.make_draft(cast.consultant, patient, DIFFICULT)
    board = board_of(draft, today=draft.day)
    decide(
        draft,
        by=cast.consultant,
        intervention="intrathecal_chemotherapy",
        advice_hash=board.advice_hashes["intrathecal_chemotherapy"],
        answer=AdviceAnswer.GIVE_ANYWAY,
        reason_code=AnswerReason.OTHER,
        reason_text="The bleed is a single microbleed, read again by two radiologists",
        instead="Focal radiotherapy first",
    )
    factories.answer_what_is_required(draft, cast.consultant)
    return sign_plan(draft, by=cast.consultant, **factories.signing(draft, discussed_with="Dr Samir Haddad, registrar"))


def paper_of(clinic: Clinic) -> PdfReader:
    return PdfReader(io.BytesIO(clinic.page.pdf(prefer_css_page_size=True)))


def when_printed(clinic: Clinic, plan: SignedPlan) -> list[str]:
    """The text of each sheet."""
    clinic.opens_plan(plan, "plan_print")
    paper = paper_of(clinic)
    assert all(round(float(sheet.mediabox.height)) in {841, 842} for sheet in paper.pages), "not A4"
    return [clean(sheet.extract_text()).replace("- ", "-") for sheet in paper.pages]  # a line may end at a hyphen


def in_groups(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def test_each_sheet_could_be_found_alone_on_a_desk(clinic: Clinic, overridden: SignedPlan) -> None:
    sheets = when_printed(clinic, overridden)
    patient = overridden.patient
    assert len(sheets) >= 3
    for number, sheet in enumerate(sheets, start=1):
        assert f"{patient.family_name.upper()}, Anna (Ms)" in sheet, number
        assert in_groups(patient.nhs_number) in sheet, number
        assert patient.hospital_number in sheet, number
        assert f"Page {number} of {len(sheets)}" in sheet
        assert "Content: release 1, under review" in sheet, number
        assert "not proved yet" in sheet, number
        assert "Signed by Dr Jane Okafor, Consultant neuro-oncologist" in sheet, number
        assert "Printed " in sheet, number


def test_what_was_overridden_stands_with_reason_alternative_and_witness(clinic: Clinic, overridden: SignedPlan) -> None:
    text = " ".join(when_printed(clinic, overridden))
    assert text.count("AGAINST THE ADVICE.") >= 2  # at a glance, and on the card
    for words in (
        "Will be given anyway: The bleed is a single microbleed, read again by two radiologists.",
        "Alternative considered: Focal radiotherapy first.",
        "Discussed with: Dr Samir Haddad, registrar.",
        "Meaning: I made these decisions.",
        "registration TEST-consultant",
        f"Fingerprint of the plan {overridden.body_sha256[:12]}",
    ):
        assert words in text, words


def test_what_is_unknown_and_what_to_beware_of_is_printed(clinic: Clinic, overridden: SignedPlan) -> None:
    text = " ".join(when_printed(clinic, overridden))
    unknown = text[text.index("What is not known") :]
    assert "CSF flow (Result awaited)" in unknown or "CSF flow (result awaited)" in unknown
    assert "Who will get it, by when" in unknown
    assert "Primary tumour" in unknown
    cautions = overridden.body_document["groups"]
    printed = [caution for group in cautions for card in group["cards"] for caution in card["cautions"]]
    assert printed
    for caution in printed:
        assert clean(caution).replace("- ", "-") in text, caution


def test_every_class_is_told_apart_in_words_and_shape(clinic: Clinic, overridden: SignedPlan) -> None:
    text = " ".join(when_printed(clinic, overridden))
    cards = [card for group in overridden.body_document["groups"] for card in group["cards"]]
    classes = {card["class_code"] for card in cards}
    assert len(classes) >= 4, classes
    for card in cards:
        colon = "" if card["word"] in {"Do", "Do not"} else ":"
        assert f"{card['word']}{colon} {card['title']}" in text
    # As a copier sees it: without colours there is still a shape for each class, and a different one
    shapes = clinic.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".plan-card")].map((card) => {
          const href = card.querySelector("use").getAttribute("href");
          const drawn = document.querySelector(href).innerHTML.replace(/#[0-9a-f]{3,6}/g, "");
          return [card.className, drawn];
        }))"""
    )
    assert len(set(shapes.values())) == len(shapes) >= 4


def test_no_sheet_ends_with_a_heading_that_belongs_to_the_next(clinic: Clinic, overridden: SignedPlan) -> None:
    clinic.opens_plan(overridden, "plan_print")
    headings = {clean(one) for one in clinic.page.locator(".care-plan :is(h2, h3)").all_inner_texts()}
    headings |= {"Caution", "Cautions", "Overruled:"}
    for number, sheet in enumerate(paper_of(clinic).pages, start=1):
        lines = [clean(line) for line in sheet.extract_text(extraction_mode="layout").splitlines() if line.strip()]
        foot = max(at for at, line in enumerate(lines) if line.startswith("Signed by Dr Jane Okafor"))
        assert lines[foot - 1] not in headings, (number, lines[foot - 1])


def test_nothing_of_the_screen_is_printed(clinic: Clinic, overridden: SignedPlan) -> None:
    text = " ".join(when_printed(clinic, overridden))
    for words in ("Sign out", "Back to the care plan", "Worklist"):
        assert words not in text


def test_a_draft_has_nothing_to_print(clinic: Clinic, draft: Assessment) -> None:
    clinic.opens("patient_detail", draft.patient_id)
    expect(clinic.page.get_by_role("heading", name="Open draft")).to_be_visible()
    expect(clinic.page.get_by_role("link", name="Print")).to_have_count(0)


def test_the_printed_words_are_those_of_the_screen(clinic: Clinic, overridden: SignedPlan) -> None:
    printed = " ".join(when_printed(clinic, overridden))
    clinic.opens_plan(overridden)
    for heading in clinic.page.locator(".care-plan :is(h2, h3)").all_inner_texts():
        assert clean(heading) in printed, heading


def test_a_withdrawn_plan_says_so_on_every_sheet(cast: Cast, clinic: Clinic, overridden: SignedPlan) -> None:
    withdraw_plan(overridden, by=cast.consultant, reason="Another patient's scan")
    for sheet in when_printed(clinic, overridden):
        assert "WITHDRAWN AS ENTERED IN ERROR" in sheet
