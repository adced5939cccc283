"""Reading what was typed: precision, units, dates, and what cannot be taken back."""

from datetime import date

import pytest
from django.utils import timezone

from pathways.engine.vocabulary import Finding
from patients.findings import Answer
from patients.findings.answers import Outcome, Writing, accept
from patients.models.assessments import StoredAnswer
from tests.shipped import shipped_content

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    return shipped_content().release.vocabulary.findings


def writing() -> Writing:
    return Writing("Dr Jane Okafor", timezone.now(), TODAY, date(1961, 7, 14))


def typed(finding: Finding, stored: StoredAnswer | None = None, **answer: str) -> Outcome:
    return accept(finding, Answer(**answer), stored, writing())


def stored_by(finding: Finding, **answer: str) -> StoredAnswer:
    outcome = typed(finding, **answer)
    assert outcome.refusal is None
    assert outcome.stored is not None
    return outcome.stored


@pytest.mark.parametrize("text", ["0.90", "0.9", "12", "100.0"])
def test_a_number_stays_exactly_as_it_was_reported(findings: dict[str, Finding], text: str) -> None:
    stored = stored_by(findings["csf_protein"], value=text, unit="g/L")
    assert (stored["value"], stored["unit"], stored["observed_on"]) == (text, "g/L", "2026-11-22")


def test_a_unit_may_be_typed_behind_the_number(findings: dict[str, Finding]) -> None:
    stored = stored_by(findings["csf_protein"], value="0.90 g/L")
    assert (stored["value"], stored["unit"]) == ("0.90", "g/L")


@pytest.mark.parametrize(
    ("value", "unit", "message"),
    [
        ("0,9", "g/L", "Write 0.9 with a point instead of 0,9 with a comma."),
        ("0,9 g/L", "", "Write 0.9 with a point instead of 0,9 with a comma."),
        ("about 1", "g/L", "not a number"),
        (".9", "g/L", "not a number"),
        ("1e2", "mg/dL", "not a number"),
        ("1 000", "mg/L", "not a number"),
        ("NaN", "mg/L", "not a number"),
        ("0.9 g/L", "mg/dL", "not a number"),
        ("0.9 pounds", "", "not a number"),
        ("0.9", "", "unit is missing"),
        ("0.9", "mmol/L", "not known here"),
        ("-1", "g/L", "below 0"),
        ("9" * 150, "g/L", "too many digits"),
    ],
)
def test_numbers_that_are_refused(findings: dict[str, Finding], value: str, unit: str, message: str) -> None:
    outcome = typed(findings["csf_protein"], value=value, unit=unit)
    assert outcome.refusal is not None
    assert message in outcome.refusal.message
    assert outcome.refusal.entered == value
    assert outcome.stored is not None
    assert outcome.stored["value"] is None
    assert outcome.stored["refused"] is not None


def test_a_step_that_does_not_exist_is_never_rounded(findings: dict[str, Finding]) -> None:
    outcome = typed(findings["kps"], value="65")
    assert outcome.refusal is not None
    assert "never rounded" in outcome.refusal.message


def test_an_answer_that_cannot_be_read_puts_the_earlier_one_out_of_force(findings: dict[str, Finding]) -> None:
    outcome = typed(findings["kps"], stored_by(findings["kps"], value="80"), value="65")
    assert outcome.stored is not None
    assert outcome.stored["value"] is None
    assert outcome.stored["refused"] == {
        "entered": "65",
        "unit": "",
        "observed_on": "",
        "message": outcome.refusal.message if outcome.refusal else "",
    }


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("22-Nov-2026", "2026-11-22"),
        ("2-nov-2026", "2026-11-02"),
        ("2026-11-20", "2026-11-20"),
        ("03/11/2026", "2026-11-03"),
        ("today", "2026-11-22"),
        ("Today", "2026-11-22"),
        ("-2d", "2026-11-20"),
        ("", "2026-11-22"),
    ],
)
def test_dates_that_are_read(findings: dict[str, Finding], text: str, day: str) -> None:
    assert stored_by(findings["deposits"], value="linear", observed_on=text)["observed_on"] == day


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yesterday", "22-Nov-2026, 2026-11-22, 22/11/2026 (day first), today, or -2d"),
        ("20.11.2026", "22-Nov-2026, 2026-11-22, 22/11/2026"),
        ("20-11-2026", "22-Nov-2026"),
        ("20-Nov-26", "22-Nov-2026"),
        ("31-Nov-2026", "not a day of the calendar"),
        ("11/22/2026", "not a day of the calendar"),
        ("2026-13-01", "not a day of the calendar"),
        ("0000-01-01", "not a day of the calendar"),
        ("23-Nov-2026", "is in the future"),
        ("13-Jul-1961", "before the patient's birth on 14-Jul-1961"),
    ],
)
def test_dates_that_are_refused(findings: dict[str, Finding], text: str, message: str) -> None:
    outcome = typed(findings["deposits"], value="linear", observed_on=text)
    assert outcome.refusal is not None
    assert message in outcome.refusal.message
    assert outcome.stored is not None
    assert outcome.stored["refused"] is not None
    assert outcome.stored["refused"]["observed_on"] == text


@pytest.mark.parametrize(
    ("code", "option"),
    [
        ("intracranial_bleed", "none"),  # the day of the scan that shows none: it ages
        ("intracranial_bleed", "present"),
        ("intracranial_bleed", "resolved"),
        ("ventricular_device", "reservoir"),
        ("ventricular_device", "shunt_with_on_off"),
        ("ventricular_device", "shunt_without_on_off"),
        ("radiotherapy_to_block", "yes"),
    ],
)
def test_an_event_needs_its_date(findings: dict[str, Finding], code: str, option: str) -> None:
    finding = findings[code]
    outcome = typed(finding, value=option)
    assert outcome.refusal is not None
    assert outcome.refusal.message.startswith(f"Enter the date as well: {finding.date_label}")
    assert outcome.stored is not None
    assert outcome.stored["value"] is None


@pytest.mark.parametrize(("code", "option"), [("ventricular_device", "none"), ("radiotherapy_to_block", "no")])
def test_an_event_that_has_not_happened_is_dated_like_an_observation(
    findings: dict[str, Finding], code: str, option: str
) -> None:
    assert stored_by(findings[code], value=option)["observed_on"] == "2026-11-22"


def test_a_changed_value_does_not_inherit_the_day_of_an_earlier_visit(findings: dict[str, Finding]) -> None:
    finding = findings["kps"]
    earlier = stored_by(finding, value="80", observed_on="19-Nov-2026")
    carried: StoredAnswer = {**earlier, "origin": "carried_forward", "confirmed": False}
    outcome = typed(finding, carried, value="60", observed_on="19-Nov-2026")
    assert outcome.refusal is not None
    assert "19-Nov-2026 is the date of “80”" in outcome.refusal.message
    afresh = typed(finding, carried, value="60").stored
    assert afresh is not None
    assert afresh["observed_on"] == "2026-11-22"


def test_an_unchanged_value_keeps_its_day(findings: dict[str, Finding]) -> None:
    finding = findings["kps"]
    stored = stored_by(finding, value="80", observed_on="10-Nov-2026")
    assert typed(finding, stored, value="80").stored == stored
    assert typed(finding, stored, value="80", observed_on="10-Nov-2026").stored == stored
    moved = typed(finding, stored, value="80", observed_on="15-Nov-2026").stored
    assert moved is not None
    assert moved["observed_on"] == "2026-11-15"
    changed = typed(finding, stored, value="70").stored
    assert changed is not None
    assert changed["observed_on"] == "2026-11-22"


def test_an_unchanged_event_keeps_its_day(findings: dict[str, Finding]) -> None:
    finding = findings["intracranial_bleed"]
    stored = stored_by(finding, value="present", observed_on="14-Nov-2026")
    assert typed(finding, stored, value="present").stored == stored


def test_another_precision_is_kept_with_the_same_day(findings: dict[str, Finding]) -> None:
    finding = findings["csf_protein"]
    stored = stored_by(finding, value="0.9", unit="g/L", observed_on="10-Nov-2026")
    outcome = typed(finding, stored, value="0.90", unit="g/L")
    assert outcome.stored == {**stored, "value": "0.90"}


def test_nothing_typed_is_nothing_stored_and_never_no(findings: dict[str, Finding]) -> None:
    assert typed(findings["raised_icp"]).stored is None
    assert typed(findings["raised_icp"], stored_by(findings["raised_icp"], value="yes")).stored is None


@pytest.mark.parametrize("why", ["not_assessed", "awaited", "cannot_obtain"])
def test_why_it_is_unknown_is_kept_and_stays_unknown(findings: dict[str, Finding], why: str) -> None:
    stored = stored_by(findings["csf_flow"], why_unknown=why)
    assert (stored["value"], stored["why_unknown"]) == (None, why)


def test_a_reason_outside_the_list_is_refused(findings: dict[str, Finding]) -> None:
    assert typed(findings["csf_flow"], why_unknown="lost").refusal is not None


def test_an_option_outside_the_list_is_refused(findings: dict[str, Finding]) -> None:
    assert typed(findings["csf_flow"], value="maybe").refusal is not None
    assert typed(findings["raised_icp"], value="True").refusal is not None
    assert typed(findings["raised_icp"], value="yes", unit="mg/dL").refusal is not None


class TestWhatCannotBeTakenBack:
    @pytest.fixture
    def bleed(self, findings: dict[str, Finding]) -> Finding:
        return findings["intracranial_bleed"]

    @pytest.fixture
    def present(self, bleed: Finding) -> StoredAnswer:
        return stored_by(bleed, value="present", observed_on="14-Nov-2026")

    @pytest.mark.parametrize(
        "answer",
        [{"value": "none", "observed_on": "today"}, {"value": "none"}, {}, {"why_unknown": "not_assessed"}],
    )
    def test_it_goes_on_counting_and_says_what_to_do(
        self, bleed: Finding, present: StoredAnswer, answer: dict[str, str]
    ) -> None:
        outcome = typed(bleed, present, **answer)
        assert outcome.refusal is not None
        assert bleed.cannot_return is not None
        assert bleed.cannot_return.instead in outcome.refusal.message
        assert "goes on counting" in outcome.refusal.message
        assert outcome.stored is not None
        assert (outcome.stored["value"], outcome.stored["observed_on"]) == ("present", "2026-11-14")

    def test_it_may_become_resolved_with_a_date(self, bleed: Finding, present: StoredAnswer) -> None:
        outcome = typed(bleed, present, value="resolved", observed_on="20-Nov-2026")
        assert outcome.refusal is None
        assert outcome.stored is not None
        assert outcome.stored["value"] == "resolved"

    def test_nonsense_does_not_open_a_way_around(self, bleed: Finding, present: StoredAnswer) -> None:
        nonsense = typed(bleed, present, value="present", observed_on="soon").stored
        assert nonsense is not None
        assert nonsense["value"] == "present"
        assert typed(bleed, nonsense, value="none", observed_on="today").refusal is not None

    def test_a_bleed_again_without_its_date_puts_resolved_out_of_force(self, bleed: Finding) -> None:
        resolved = stored_by(bleed, value="resolved", observed_on="14-Nov-2026")
        without_date = typed(bleed, resolved, value="present").stored
        assert without_date is not None
        assert without_date["value"] is None
        assert without_date["earlier"]["value"] == "resolved"
        assert typed(bleed, without_date, value="none", observed_on="today").refusal is not None
        back = typed(bleed, without_date, value="resolved").stored
        assert back is not None
        assert (back["value"], back["observed_on"]) == ("resolved", "2026-11-14")
        assert "earlier" not in back

    def test_a_carried_event_that_changes_does_not_inherit_the_day_shown(
        self, bleed: Finding, present: StoredAnswer
    ) -> None:
        carried: StoredAnswer = {**present, "origin": "carried_forward", "confirmed": False}
        outcome = typed(bleed, carried, value="resolved", observed_on="14-Nov-2026")
        assert outcome.refusal is not None
        assert "14-Nov-2026 is the date of “Present”" in outcome.refusal.message


@pytest.mark.parametrize(
    "text",
    ["8\u200b0", "8\u00ad0", "8\x000", "\u202e08", "80\ufeff", "8\u034f0", "8\ufe0f0", "8\x7f0"],
)
def test_a_character_that_cannot_be_seen_is_refused_and_never_deleted(findings: dict[str, Finding], text: str) -> None:
    outcome = typed(findings["kps"], value=text)
    assert outcome.refusal
    assert "a character that cannot be seen" in outcome.refusal.message
    assert outcome.stored
    assert outcome.stored["value"] is None
    assert outcome.stored["refused"]
    assert outcome.stored["refused"]["entered"] == text.translate(
        {ord(one): "\N{REPLACEMENT CHARACTER}" for one in text if one not in "80"}
    )


@pytest.mark.parametrize("answer", [{"unit": "g/\u200bL"}, {"unit": "g/L", "observed_on": "2\u200b2-Nov-2026"}])
def test_neither_does_a_unit_or_a_date_hide_one(findings: dict[str, Finding], answer: dict[str, str]) -> None:
    outcome = typed(findings["csf_protein"], value="0.9", **answer)
    assert outcome.refusal
    assert "a character that cannot be seen" in outcome.refusal.message


def test_white_space_is_a_plain_space(findings: dict[str, Finding]) -> None:
    stored = stored_by(findings["csf_protein"], value="\u00a00.90\u00a0g/L\t")
    assert (stored["value"], stored["unit"]) == ("0.90", "g/L")
    assert typed(findings["kps"], value="8\n0").refusal
