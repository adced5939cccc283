"""What an editor types into the forms: what it becomes, and what each refusal says."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.admin.forms.base import EntryForm
from pathways.admin.forms.names import Names
from pathways.admin.presenters.promises import promise_in_words
from pathways.editing.entries import HEAD, Entry
from tests.guidance import SAFETY
from tests.pathways.admin.forms import entry_of, form_of, shipped


def finding(code: str) -> Entry:
    return next(one for one in shipped()["vocabulary"]["findings"] if one["code"] == code)


def errors_of(form: EntryForm) -> dict[str, str]:
    form.is_valid()
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}


def typed(part: str, kind: str, entry: Entry | None = None, /, **boxes: Any) -> EntryForm:
    return form_of(part, kind, entry, boxes, is_new=entry is None)


# Findings


def test_options_units_and_terms_become_what_documents_hold() -> None:
    form = typed(
        "vocabulary",
        "findings",
        code="inr",
        kind="number",
        group="Bleeding",
        label="INR",
        units="ratio\r\n%  × 0.01",
        minimum="0",
        step="0.1",
        valid_days="7",
        overtaken_by="antithrombotic is therapeutic\r\n\r\nvte is established",
    )
    assert entry_of(form, {}) == {
        "code": "inr",
        "kind": "number",
        "group": "Bleeding",
        "label": "INR",
        "units": [{"code": "ratio", "factor": 1}, {"code": "%", "factor": "0.01"}],
        "minimum": 0,
        "step": "0.1",
        "valid_days": 7,
        "overtaken_by": ["antithrombotic is therapeutic", "vte is established"],
    }


def test_an_added_option_leaves_the_others_as_they_were_written() -> None:
    original = finding("deposits")
    lines = str(form_of("vocabulary", "findings", original)["options"].value())
    changed = entry_of(
        typed("vocabulary", "findings", original, options=f"{lines}\r\nbulky: Bulky | Over 5 mm"), original
    )
    assert changed["options"] == [*original["options"], {"code": "bulky", "label": "Bulky", "help": "Over 5 mm"}]


def test_the_label_of_a_date_stays_under_the_name_it_has() -> None:
    original = finding("intracranial_bleed")
    changed = entry_of(typed("vocabulary", "findings", original, date_label="Day of the scan"), original)
    assert changed == {**original, "event_label": "Day of the scan"}


def test_what_cannot_be_taken_back_is_emptied_as_a_whole() -> None:
    original = finding("craniospinal_rt")
    boxes = {"cannot_return_from": [], "cannot_return_to": [], "cannot_return_instead": ""}
    changed = entry_of(typed("vocabulary", "findings", original, **boxes), original)
    assert changed == {name: value for name, value in original.items() if name != "cannot_return"}


@pytest.mark.parametrize(
    ("box", "text", "sentence"),
    [
        ("options", "linear Linear", "Line 1: write the code, a colon and the label"),
        ("options", "Linear: Linear", "cannot be a code"),
        ("options", "any: Any", "cannot be a code"),
        ("options", "linear:", "needs a label"),
        ("options", "a: One\na: Two", "stands twice"),
        ("units", "mg/dL × 2", "The first unit"),
        ("units", "mg/dL\ng/L", "Line 2: write the unit, × and its factor"),
        ("units", "mg/dL\ng/L × 0", "above zero"),
        ("units", "mg/dL\ng/L × 1e2", "is not a number"),
        ("units", "mg/dL\nmg/dL × 1", "Every unit stands once"),
        ("minimum", "0,5", "Write 0.5 with a point"),
        ("maximum", "NaN", "is not a number"),
        ("step", "1" * 39, None),
        ("minimum", "9" * 41, "at most 40 characters"),
        ("valid_days", "3.5", "a whole number from 0"),
        ("valid_days", "-1", "a whole number from 0"),
        ("code", "Ommaya Reservoir", "is not possible"),
        ("kind", "colour", "not one of the available choices"),
        ("label", "a\x07b", "cannot be seen"),
    ],
)
def test_a_box_that_cannot_be_kept_says_what_to_write(box: str, text: str, sentence: str | None) -> None:
    boxes = {"code": "device", "kind": "choice", "group": "Devices", "label": "Device"}
    errors = errors_of(typed("vocabulary", "findings", **(boxes | {box: text})))
    assert (sentence is None and not errors) or (sentence is not None and sentence in errors[box])


def test_a_faulty_condition_is_kept_in_the_draft() -> None:
    original = finding("her2")
    changed = entry_of(typed("vocabulary", "findings", original, asked_when="primary_tumour is brest"), original)
    assert changed["asked_when"] == "primary_tumour is brest"


def test_an_option_that_is_used_cannot_just_be_gone() -> None:
    errors = errors_of(typed("vocabulary", "findings", finding("deposits"), options="nodular: Nodular"))
    assert "“linear”" in errors["options"]
    assert "Rename or remove" in errors["options"]


def test_an_option_of_a_derived_finding_cannot_just_be_gone() -> None:
    original = shipped()["vocabulary"]["derived"][0]
    assert "“poor”" in errors_of(typed("vocabulary", "derived", original, options="favourable: Favourable"))["options"]


# Evidence


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org", "https://a b", "//example.org", "https://"]
)
def test_only_pages_of_the_web_become_links(url: str) -> None:
    assert "https://" in errors_of(typed("evidence", "references", key="one", title="One", url=url))["url"]


def test_a_year_is_four_digits() -> None:
    assert "four digits" in errors_of(typed("evidence", "references", key="one", title="One", year="24"))["year"]


def answered(original: Entry, **boxes: str) -> Entry:
    form = typed("evidence", "questions", original, **boxes)
    form.editor_name = "Dr Ruth Ellis"
    return entry_of(form, original)


def test_an_answer_is_stamped_with_who_and_when() -> None:
    original = {"key": "kps", "text": "Below 70 or below 60?"}
    changed = answered(original, answer="Below 70.")
    assert changed["answered_by"] == "Dr Ruth Ellis"
    assert len(changed["answered_on"]) == len("2026-11-22")
    assert answered(original, answer="Below 70.", answered_by="The board", answered_on="2026-10-01") == {
        **original,
        "answer": "Below 70.",
        "answered_by": "The board",
        "answered_on": "2026-10-01",
    }


def test_a_stamp_set_while_typing_stays_although_its_boxes_are_empty() -> None:
    original = {"key": "kps", "text": "?", "answer": "70", "answered_by": "X", "answered_on": "2026-10-01"}
    boxes = {"answered_by": "", "answered_on": ""}
    assert answered(original, text="Which?", **boxes) == {**original, "text": "Which?"}
    assert answered(original, answer="60", **boxes)["answered_by"] == "Dr Ruth Ellis"


def test_an_answer_taken_back_takes_its_name_and_day_with_it() -> None:
    original = {"key": "kps", "text": "?", "answer": "70", "answered_by": "X", "answered_on": "2026-10-01"}
    assert answered(original, answer="") == {"key": "kps", "text": "?"}


# Promises


@pytest.mark.parametrize("promise", shipped()["safeguards"]["promises"], ids=lambda promise: promise["key"])
def test_every_shipped_promise_reads_back(promise: Entry) -> None:
    sentence = promise_in_words(promise, Names(shipped()).vocabulary)
    assert sentence.endswith(".")
    assert "cannot be read back" not in sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "seldom"}, "choose the kind"),
        ({"interventions": []}, "tick the interventions"),
        ({"stances": []}, "tick the verdicts"),
        ({"when": ""}, "write the condition"),
        ({"when": "no such"}, "the condition has a fault"),
        ({"kind": "known", "known": []}, "findings that must be known"),
    ],
)
def test_an_unfinished_promise_says_what_is_missing(changes: Entry, words: str) -> None:
    promise = {"kind": "never", "interventions": ["vp_shunt"], "stances": ["consider"], "when": "kps < 70", **changes}
    assert words in promise_in_words(promise, Names(shipped()).vocabulary)


@pytest.mark.parametrize("typed", ["22-Nov-2027", "2027-11-22", "22/11/2027", " 22-nov-2027 "])
def test_days_are_typed_as_in_the_forms_of_patients(typed: str) -> None:
    form = form_of(SAFETY, HEAD, {"title": "Safety"}, {"review_by": typed})
    assert entry_of(form, {"title": "Safety"})["review_by"] == "2027-11-22"


@pytest.mark.parametrize("typed", ["11/22/2027", "30-Feb-2027", "tomorrow", "22.11.2027", "9" * 50])
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert "review_by" in form_of(SAFETY, HEAD, {"title": "Safety"}, {"review_by": typed}).errors


def test_a_day_is_shown_as_everywhere_and_never_by_the_picker_of_the_browser() -> None:
    box = str(form_of(SAFETY, HEAD, {"title": "Safety", "review_by": "2027-11-22"})["review_by"])
    assert 'value="22-Nov-2027"' in box
    assert 'type="date"' not in box


def test_references_are_cited_with_one_full_stop() -> None:
    reference = {"key": "x", "title": "Leptomeningeal carcinomatosis.", "source": "Reviews", "year": "2013"}
    names = Names({"evidence": {"references": [reference]}})
    assert names.references == [("x", "Leptomeningeal carcinomatosis. Reviews, 2013")]
