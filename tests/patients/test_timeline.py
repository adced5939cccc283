"""The timeline of a patient's page: what happened by its own day, and never what was an error."""

from collections.abc import Callable
from datetime import date

import pytest

from pathways.models import Release
from pathways.selectors import loaded
from patients.findings import Answer
from patients.findings.past import past_of
from patients.models import Assessment, Patient, SignedPlan
from patients.presenters.patient.timeline import EntryKind, TimelineEntry, timeline
from patients.selectors import assessments_of, plans_of
from patients.services.assessments import discard_assessment, withdraw_finding
from patients.services.plans import withdraw_plan
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, text_of
from tests.patients.weeks import drafted_on, on, signed_on

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
OCTOBER, NOVEMBER = date(2026, 10, 10), date(2026, 11, 2)
Entries = Callable[[], tuple[TimelineEntry, ...]]


@pytest.fixture
def entries(cast: Cast, patient: Patient, release: Release) -> Entries:
    def made() -> tuple[TimelineEntry, ...]:
        plans = list(plans_of(patient, user=cast.consultant))
        assessments = assessments_of(patient, user=cast.consultant)
        past = past_of(assessments, plans, loaded(release).engine.vocabulary, today=TODAY)
        return timeline(patient, past, plans, today=TODAY)

    return made


def first_plan(cast: Cast, patient: Patient, **answers: str | Answer) -> SignedPlan:
    given = {**factories.FAVOURABLE, "intracranial_bleed": "none", **answers}
    return signed_on(OCTOBER, cast.consultant, patient, given, reassess_by=date(2026, 12, 1))


def titles(found: tuple[TimelineEntry, ...], *kinds: EntryKind) -> list[str]:
    return [f"{entry.day} {entry.title}" for entry in found if not kinds or entry.kind in kinds]


def test_a_blank_record_has_no_timeline(entries: Entries) -> None:
    assert entries() == ()


def test_what_happened_stands_by_its_own_day_and_today_and_the_reassessment_after_it(
    cast: Cast, patient: Patient, entries: Entries
) -> None:
    first_plan(cast, patient, ventricular_device=Answer("reservoir", observed_on="02-Oct-2026"))
    found = entries()
    assert titles(found)[0] == "02-Oct-2026 Ventricular device: Reservoir (Ommaya)"
    assert found[0].detail == "Care plan 1"  # the form asks for the day of placement
    assert titles(found)[-3:] == [
        "10-Oct-2026 Care plan 1 signed",
        "22-Nov-2026 Today",
        "01-Dec-2026 Reassess by this day",
    ]
    assert "10-Oct-2026 Leptomeningeal metastasis: Established" in titles(found)
    assert found[-1].detail == "Care plan 1. In 9 days."
    assert [entry.on for entry in found] == sorted(entry.on for entry in found)


def test_an_answer_carried_forward_stands_once_with_the_plan_it_came_from(
    cast: Cast, patient: Patient, entries: Entries
) -> None:
    plan = first_plan(cast, patient)
    signed_on(NOVEMBER, cast.consultant, patient, {"kps": "80"})
    diagnoses = [entry for entry in entries() if entry.title.startswith("Leptomeningeal metastasis")]
    assert [(entry.day, entry.detail) for entry in diagnoses] == [
        ("10-Oct-2026", "Care plan 1. Noted on this day; it may have begun earlier")
    ]
    assert diagnoses[0].href == address("plan_detail", plan.pk)


def test_nothing_happening_is_no_event_until_it_ends_something(cast: Cast, patient: Patient, entries: Entries) -> None:
    first_plan(cast, patient)
    assert not [title for title in titles(entries()) if "Intrathecal therapy" in title or "bleeding" in title]
    signed_on(NOVEMBER, cast.consultant, patient, {"intrathecal_therapy": "ongoing"})
    drafted_on(date(2026, 11, 20), cast.consultant, patient, {"intrathecal_therapy": "none"})
    assert [title for title in titles(entries()) if "Intrathecal therapy" in title] == [
        "02-Nov-2026 Intrathecal therapy: Ongoing",
        "20-Nov-2026 Intrathecal therapy: None",
    ]


def test_the_same_bleed_on_another_scan_is_another_entry(cast: Cast, patient: Patient, entries: Entries) -> None:
    present = {"bleed_effect": "asymptomatic_microbleeds", "neuro_exam": "stable"}
    first_plan(cast, patient, **present, intracranial_bleed=Answer("present", observed_on="08-Oct-2026"))
    drafted_on(NOVEMBER, cast.consultant, patient, {"intracranial_bleed": Answer("present", observed_on="01-Nov-2026")})
    assert [title for title in titles(entries()) if "Intracranial bleeding" in title] == [
        "08-Oct-2026 Intracranial bleeding: Present",
        "01-Nov-2026 Intracranial bleeding: Present",
    ]


def test_a_fact_of_the_draft_says_so_and_leads_to_its_question(cast: Cast, patient: Patient, entries: Entries) -> None:
    draft = drafted_on(NOVEMBER, cast.consultant, patient, {"craniospinal_rt": "planned"})
    found = next(entry for entry in entries() if "Craniospinal" in entry.title)
    assert found.detail == "Draft, not signed. Noted on this day; it may have begun earlier"
    assert found.href == f"{address('assessment_edit', draft.pk)}#question-craniospinal_rt"


def test_superseded_and_withdrawn_plans_say_so(cast: Cast, patient: Patient, entries: Entries) -> None:
    first_plan(cast, patient)
    wrong = signed_on(NOVEMBER, cast.consultant, patient, {"craniospinal_rt": "given"})
    assert [entry.detail for entry in entries() if entry.kind is EntryKind.PLAN] == [
        "Dr Jane Okafor. Superseded.",
        "Dr Jane Okafor. Current.",
    ]
    with on(date(2026, 11, 3)):
        withdraw_plan(wrong, by=cast.consultant, reason="Wrong patient")
    assert titles(entries(), EntryKind.VOID) == [
        "02-Nov-2026 Care plan 2 signed, later withdrawn as entered in error",
        "03-Nov-2026 Care plan 2 withdrawn as entered in error",
    ]
    assert [entry.detail for entry in entries() if entry.kind is EntryKind.PLAN] == ["Dr Jane Okafor. Current."]


def test_what_stood_only_in_a_withdrawn_plan_never_appears(cast: Cast, patient: Patient, entries: Entries) -> None:
    first_plan(cast, patient)
    wrong = signed_on(NOVEMBER, cast.consultant, patient, {"craniospinal_rt": "given"})
    assert [title for title in titles(entries()) if "Craniospinal" in title]
    withdraw_plan(wrong, by=cast.consultant, reason="Wrong patient")
    assert not [title for title in titles(entries()) if "Craniospinal" in title]
    assert [title for title in titles(entries()) if "Established" in title]


def test_a_plan_withdrawn_takes_nothing_from_the_plan_before_it(cast: Cast, patient: Patient, entries: Entries) -> None:
    first_plan(cast, patient, ventricular_device=Answer("reservoir", observed_on="02-Oct-2026"))
    wrong = signed_on(NOVEMBER, cast.consultant, patient, {"kps": "20"})
    drafted_on(date(2026, 11, 5), cast.consultant, patient, {"kps": "80"})
    with on(date(2026, 11, 6)):
        withdraw_plan(wrong, by=cast.consultant, reason="Wrong patient")
    assert "02-Oct-2026 Ventricular device: Reservoir (Ommaya)" in titles(entries())


def test_an_answer_withdrawn_as_an_error_never_appears(cast: Cast, patient: Patient, entries: Entries) -> None:
    present = {"bleed_effect": "asymptomatic_microbleeds", "neuro_exam": "stable"}
    first_plan(cast, patient, **present, intracranial_bleed=Answer("present", observed_on="08-Oct-2026"))
    draft = drafted_on(NOVEMBER, cast.consultant, patient, {"kps": "80"})
    assert [title for title in titles(entries()) if "Intracranial bleeding" in title]
    with on(NOVEMBER):
        withdraw_finding(draft, "intracranial_bleed", by=cast.consultant, reason="The scan of another patient")
    assert not [title for title in titles(entries()) if "Intracranial bleeding" in title]


def test_the_page_counts_what_it_leaves_out(
    cast: Cast, client_of: ClientOf, patient: Patient, release: Release
) -> None:
    present = {"bleed_effect": "asymptomatic_microbleeds", "neuro_exam": "stable"}
    first_plan(cast, patient, **present, intracranial_bleed=Answer("present", observed_on="08-Oct-2026"))
    draft = drafted_on(NOVEMBER, cast.consultant, patient, {"kps": "80"})
    with on(NOVEMBER):
        withdraw_finding(draft, "intracranial_bleed", by=cast.consultant, reason="The scan of another patient")
    page = text_of(client_of(cast.consultant).get(address("patient_detail", patient.pk)))
    assert "Left out as withdrawn errors: 1 answer." in page
    assert "08-Oct-2026" not in page


def test_an_answer_given_again_after_its_withdrawal_is_true(cast: Cast, patient: Patient, entries: Entries) -> None:
    device = {"ventricular_device": Answer("reservoir", observed_on="02-Oct-2026")}
    first_plan(cast, patient, **device)
    draft = drafted_on(NOVEMBER, cast.consultant, patient, {"kps": "80"})
    with on(date(2026, 11, 3)):
        withdraw_finding(draft, "ventricular_device", by=cast.consultant, reason="Misread")
    with on(date(2026, 11, 4)):
        factories.save(Assessment.objects.get(pk=draft.pk), cast.consultant, device)
    found = next(entry for entry in entries() if "Ventricular" in entry.title)
    assert (found.day, found.detail) == ("02-Oct-2026", "Draft, not signed")


def test_a_discarded_draft_leaves_nothing(cast: Cast, patient: Patient, entries: Entries) -> None:
    draft = drafted_on(NOVEMBER, cast.consultant, patient, {"craniospinal_rt": "given"})
    discard_assessment(draft, by=cast.consultant, reason="Opened by mistake")
    assert entries() == ()


def test_the_page_shows_the_timeline_as_an_ordered_list_of_links(
    cast: Cast, client_of: ClientOf, patient: Patient, release: Release
) -> None:
    plan = first_plan(cast, patient)
    page = text_of(client_of(cast.registrar).get(address("patient_detail", patient.pk)))
    assert '<ol id="timeline" class="timeline">' in page
    assert f'<a class="timeline-title" href="{address("plan_detail", plan.pk)}">Care plan 1 signed</a>' in page
    assert '<time class="timeline-day" datetime="2026-10-10">10-Oct-2026</time>' in page
    assert 'aria-current="date"' in page
