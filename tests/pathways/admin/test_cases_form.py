"""The form of a case: what is recorded, what should be advised, and proposals that a person has to agree to."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.admin.forms.base import EntryForm
from pathways.admin.forms.cases import CaseForm
from pathways.editing.entries import Entry
from tests.pathways.admin.forms import as_sent, entry_of, form_of, shipped

BLEED: Entry = {
    "id": "bleed",
    "title": "A bleed, nothing else known",
    "as_of": "2026-11-22",
    "findings": {
        "lm_diagnosis": "established",
        "intracranial_bleed": {"value": "present", "observed_on": "2026-11-20"},
    },
}


def case(**boxes: Any) -> CaseForm:
    form = form_of("safeguards", "cases", BLEED, boxes, is_new=True)
    assert isinstance(form, CaseForm)
    return form


def agreed(**boxes: Any) -> dict[str, Any]:
    """Every intervention said to be not addressed, except for those given."""
    codes = [one["code"] for one in shipped()["vocabulary"]["interventions"]]
    return {f"expect-{code}": "none/settled" for code in codes} | boxes


def errors_of(form: EntryForm) -> dict[str, str]:
    assert not form.is_valid()
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}


def test_nothing_is_expected_before_somebody_says_so() -> None:
    errors = errors_of(case())
    assert {name for name in errors if name.startswith("expect-")} == set(agreed())
    assert "Say what should be advised" in errors["expect-vp_shunt"]


def test_a_case_is_kept_as_documents_write_it() -> None:
    boxes = agreed(
        **{
            "expect-intrathecal_chemotherapy": "contraindicate/settled",
            "expect-vp_shunt": "none/open",
            "finding-kps_value": "70",
            "finding-csf_protein_value": "0.90",
            "finding-csf_protein_unit": "g/L",
            "finding-lm_diagnosis_value": "",
            "expect_rules": "bleed-it-resume: does not apply",
        }
    )
    assert entry_of(case(**boxes), {}) == {
        "id": "bleed",
        "title": "A bleed, nothing else known",
        "as_of": "2026-11-22",
        "findings": {
            "intracranial_bleed": {"value": "present", "observed_on": "2026-11-20"},
            "kps": 70,
            "csf_protein": {"value": "0.90", "unit": "g/L"},
        },
        "expect": {
            "intrathecal_chemotherapy": {"stance": "contraindicate", "settled": True},
            "vp_shunt": {"stance": None, "settled": False},
        },
        "expect_rules": {"bleed-it-resume": "does_not_apply"},
    }


@pytest.mark.parametrize(
    ("box", "text", "field", "sentence"),
    [
        ("finding-kps_value", "seventy", "finding-kps", "is not a number"),
        ("finding-kps_value", "75", "finding-kps", "not a step of 10"),
        ("finding-kps_value", "110", "finding-kps", "above 100"),
        ("finding-csf_protein_value", "3", "finding-csf_protein", "Choose the unit"),
        ("finding-kps_day", "2026-11-20", "finding-kps", "a day but no answer"),
        ("finding-vte_value", "some", "finding-vte", "is not one of"),
        ("finding-intracranial_bleed_day", "2026-11-23", "finding-intracranial_bleed", "after 2026-11-22"),
        (
            "finding-intracranial_bleed_day",
            "20.11.2026",
            "finding-intracranial_bleed",
            "is not a date. Write it as 22-Nov-2026",
        ),
        ("as_of", "soon", "as_of", "is not a date. Write it as 22-Nov-2026"),
        ("expect-vp_shunt", "perhaps", "expect-vp_shunt", "not one of the available choices"),
        ("expect_rules", "bleed-it-resume is true", "expect_rules", "a colon"),
        ("title", "", "title", "required"),
        ("id", "Case 1", "id", "is not possible"),
    ],
)
def test_bad_input_is_refused_at_its_field(box: str, text: str, field: str, sentence: str) -> None:
    errors = errors_of(case(**agreed(**{box: text})))
    assert list(errors) == [field]
    assert sentence in errors[field]


# Proposals


def test_proposals_are_filled_in_and_wait_for_a_person() -> None:
    form = case(propose="yes")
    assert list(errors_of(form)) == ["checked"]
    assert form["expect-intrathecal_chemotherapy"].value() == "withhold/open"
    assert form["expect-vp_shunt"].value() == "none/open"
    assert form.has_proposals


def test_proposals_are_kept_once_somebody_agreed() -> None:
    proposed = case(propose="yes")
    proposed.is_valid()
    sent = {**as_sent(proposed), "proposed": "yes"}
    assert "checked" in errors_of(case(**sent))
    kept = entry_of(case(**sent, checked="on"), {})
    assert kept["expect"]["intrathecal_chemotherapy"] == {"stance": "withhold", "settled": False}
    assert "proposed" not in kept
    assert "checked" not in kept


def test_nothing_is_proposed_for_findings_that_cannot_be_read() -> None:
    form = case(propose="yes", **{"finding-kps_value": "75"})
    assert set(errors_of(form)) == {"finding-kps", "__all__"}
    assert not form.has_proposals


def test_an_existing_case_that_lists_nothing_expects_nothing() -> None:
    original = {**BLEED, "expect": {}}
    form = form_of("safeguards", "cases", original)
    assert form["expect-vp_shunt"].value() == "none/settled"
    assert entry_of(form, original) == original


def test_an_expectation_that_was_not_sent_is_not_taken_for_not_addressed() -> None:
    original = {**BLEED, "expect": {"vp_shunt": {"stance": "avoid", "settled": True}}}
    form = form_of("safeguards", "cases", original, {"expect-vp_shunt": ""})
    assert list(errors_of(form)) == ["expect-vp_shunt"]


def test_what_the_vocabulary_no_longer_knows_can_be_removed() -> None:
    original = {**BLEED, "findings": {"gone": "yes"}, "expect": {"gone_too": {"stance": "avoid", "settled": True}}}
    form = form_of("safeguards", "cases", original, {"finding-gone_value": "", "expect-gone_too": ""})
    assert entry_of(form, original) == {**original, "findings": {}, "expect": {}}
