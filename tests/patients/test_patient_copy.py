"""patients:patient_copy and patient_copy_print: what stands in the patient's version of a signed plan"""

import hashlib
import json
import re
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from audit.payloads import canonical
from patients.findings import Answer, board_of
from patients.models import Assessment, Patient, SignedPlan
from patients.models.plans import AlteredPlan
from patients.presenters.plan.body import plan_body
from patients.presenters.plan.patient_copy import AGAINST, DECIDED_HERE, NOT_ANSWERED, NOT_DONE, WRITTEN_FOR_STAFF
from patients.presenters.plan.patient_copy_page import CONTRADICTION, OLDER_FORMAT
from patients.services.assessments.plan_details import WantedAddition, WantedDetails, save_plan_details
from patients.services.decisions import decide
from patients.services.plans import sign_plan, signature_of, withdraw_plan
from patients.signing import SignForm
from tests import factories
from tests.cast import Cast
from tests.patients.pages import (
    ClientOf,
    address,
    events_of,
    nobody_is_sent_to_sign_in,
    outsiders_see_nothing,
    refuses_other_methods,
    text_of,
)

pytestmark = pytest.mark.django_db

VIEWS = ("patient_copy", "patient_copy_print")
BLEEDING: dict[str, Any] = {"intracranial_bleed": Answer("present", observed_on="-3d"), "vte": "established"}
CONTACT = "Sister May Lane, 01632 960 001"
OUTLOOK = "It cannot be cured. Treatment may give time."


@pytest.fixture
def draft(cast: Cast, patient: Patient, release: object) -> Assessment:
    """A bleed and a clot: prohibitions, things to do and things to discuss."""
    draft = factories.make_draft(cast.consultant, patient, {**factories.FAVOURABLE, **BLEEDING})
    factories.answer_what_is_required(draft, cast.consultant)
    return draft


def signed(cast: Cast, draft: Assessment, **wanted: Any) -> SignedPlan:
    draft.refresh_from_db()
    after = save_plan_details(draft, by=cast.consultant, wanted=WantedDetails(**wanted)) if wanted else draft
    told = factories.signing(after, discussed_with="Dr Samir Haddad, registrar")
    return sign_plan(after, by=cast.consultant, **told)


@pytest.fixture
def plan(cast: Cast, draft: Assessment) -> SignedPlan:
    addition = WantedAddition(0, "", "Chase the <MRI> report", "Ward doctor", None)
    return signed(cast, draft, contact=CONTACT, outlook=OUTLOOK, outlook_by="Dr Jane Okafor", additions=(addition,))


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


def of_format_1(plan: SignedPlan, body: dict[str, Any]) -> SignedPlan:
    """As plans were signed before: of the same patient, and with nothing of what format 2 adds."""
    for name in ("additions", "left_over", "contact", "outlook", "patient_copy"):
        del body[name]
    for group in body["groups"]:
        for card in group["cards"]:
            for name in ("is_planned", "owner", "due"):
                del card[name]
    text = canonical({**body, "format": 1}).decode()
    # A row of its own, because no signed plan can be changed.
    assessment = Assessment.objects.create(
        patient=plan.patient,
        day=plan.assessment.day,
        release=plan.release,
        state="signed",
        created_by_id=plan.assessment.created_by_id,
        updated_by_id=plan.assessment.created_by_id,
        updated_at=plan.signed_at,
    )
    return SignedPlan.objects.create(
        patient=plan.patient,
        assessment=assessment,
        release=plan.release,
        number=plan.number + 1,
        body=text,
        body_sha256=hashlib.sha256(text.encode()).hexdigest(),
        signed_at=plan.signed_at,
        signed_by=plan.signed_by,
        meaning=plan.meaning,
    )


def reasons(plan: SignedPlan) -> dict[str, str]:
    return {row["label"]: row["reason"] for row in plan.body_document["patient_copy"]["left_out"]}


def answered(draft: Assessment, by: Any, intervention: str, **answer: Any) -> None:
    advice_hash = board_of(draft, today=draft.day).advice_hashes[intervention]
    decide(draft, by=by, intervention=intervention, advice_hash=advice_hash, **answer)


# What is in it


@pytest.mark.parametrize("view", VIEWS)
def test_what_the_patient_reads(client: Client, plan: SignedPlan, view: str) -> None:
    page = text_of(client.get(address(view, plan.pk)))
    for words in (
        "Your care plan",
        "22\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026",
        "Treating one can make the other worse",
        "What we plan with you",
        "We suggest a scan of your head",
        "What your team will talk about",
        "What we will not do for now, and why",
        "We will not put chemotherapy into the fluid around your brain and spine",
        CONTACT,
        "Your questions",
        "signed by Dr Jane Okafor, Consultant neuro-oncologist",
        "in another language",
    ):
        assert words in page, words


def test_what_is_urgent_stands_first_with_the_number_to_call(
    cast: Cast, client: Client, patient: Patient, release: object
) -> None:
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE | {"cord_compression": "yes"})
    factories.answer_what_is_required(draft, cast.consultant)
    plan = signed(cast, draft, contact=CONTACT)
    page = text_of(client.get(address("patient_copy_print", plan.pk)))
    urgent = page[page.index("Call us straight away") : page.index("What we plan with you")]
    assert "Tell the staff at once about any new weakness or numbness." in urgent
    assert CONTACT in urgent


def test_no_abbreviated_date_stands_in_it(client: Client, plan: SignedPlan) -> None:
    page = text_of(client.get(address("patient_copy_print", plan.pk)))
    sheet = page[page.index("<main>") : page.index("</main>")]
    assert "14\N{NO-BREAK SPACE}July\N{NO-BREAK SPACE}1961" in sheet
    assert not re.findall(r"\d\d-[A-Z][a-z]{2}-\d{4}", sheet)


def test_the_clinician_learns_what_was_left_out_and_the_patient_does_not(client: Client, plan: SignedPlan) -> None:
    left_out = plan.body_document["patient_copy"]["left_out"]
    preview = text_of(client.get(address("patient_copy", plan.pk)))
    printed = text_of(client.get(address("patient_copy_print", plan.pk)))
    assert {"label": "Chase the <MRI> report", "reason": WRITTEN_FOR_STAFF} in left_out
    assert any(row["reason"].startswith("Survival figures; only in a conversation") for row in left_out)
    assert "Left out: not printed for the patient" in preview
    assert "Chase the &lt;MRI&gt; report" in preview
    for row in left_out:
        assert row["reason"] not in printed
    assert "MRI" not in printed
    assert "survival" not in (preview + printed).lower().replace("survival figures; only", "")


def test_declined_and_unanswered_advice_is_not_in_it_and_neither_are_reasons(cast: Cast, draft: Assessment) -> None:
    answered(
        draft, cast.consultant, "neuroimaging", answer="decline", reason_code="other", reason_text="She is too tired"
    )
    plan = signed(cast, draft)
    copy = plan.body_document["patient_copy"]
    assert reasons(plan)["Neuroimaging"] == NOT_DONE
    assert reasons(plan)["Whole-brain radiotherapy"] == NOT_ANSWERED
    assert "too tired" not in json.dumps(copy)
    assert "We suggest a scan of your head" not in json.dumps(copy)


def test_what_is_given_against_a_prohibition_is_not_called_forbidden(
    cast: Cast, client: Client, draft: Assessment
) -> None:
    answered(
        draft,
        cast.consultant,
        "intrathecal_chemotherapy",
        answer="give_anyway",
        reason_text="Last option",
        instead="Waiting",
    )
    plan = signed(cast, draft)
    assert reasons(plan)["Intrathecal chemotherapy"] == AGAINST
    assert "We will not put chemotherapy" not in json.dumps(plan.body_document["patient_copy"])
    assert CONTRADICTION in text_of(client.get(address("patient_copy", plan.pk)))


def test_what_is_decided_is_not_called_open(cast: Cast, draft: Assessment) -> None:
    answered(draft, cast.consultant, "anticoagulation", answer="decided", reason_text="No anticoagulant this week")
    plan = signed(cast, draft)
    assert reasons(plan)["Anticoagulation"] == DECIDED_HERE
    assert "You have a blood clot in a vein" not in json.dumps(plan.body_document["patient_copy"])


# Outlook, large print, language


def test_the_outlook_is_printed_only_when_asked_for(client: Client, plan: SignedPlan) -> None:
    url = address("patient_copy_print", plan.pk)
    assert OUTLOOK not in text_of(client.get(url))
    assert OUTLOOK not in text_of(client.get(url + "?outlook=on"))
    page = text_of(client.get(url + "?outlook=yes"))
    assert OUTLOOK in page
    assert "Talked through with you by Dr Jane Okafor." in page
    assert OUTLOOK not in text_of(client.get(address("patient_copy", plan.pk)))
    assert 'name="outlook"' in text_of(client.get(address("patient_copy", plan.pk)))


def test_without_a_signed_outlook_none_is_offered(cast: Cast, client: Client, draft: Assessment) -> None:
    plan = signed(cast, draft)
    page = text_of(client.get(address("patient_copy", plan.pk)))
    assert 'name="outlook"' not in page
    assert "none can be printed" in page
    assert "The outlook, as we talked" not in text_of(
        client.get(address("patient_copy_print", plan.pk) + "?outlook=yes")
    )


def test_large_print_and_the_line_for_a_language(client: Client, plan: SignedPlan) -> None:
    url = address("patient_copy_print", plan.pk)
    assert "patient-copy-large" not in text_of(client.get(url))
    page = text_of(client.get(url + "?large=yes&language=yes"))
    assert "patient-copy-large" in page
    assert "Language, or help that is needed" in page
    assert "Language, or help that is needed" not in text_of(client.get(url))


def test_without_a_contact_there_is_room_for_one(cast: Cast, client: Client, draft: Assessment) -> None:
    plan = signed(cast, draft)
    assert "Name and telephone number: ____" in text_of(client.get(address("patient_copy_print", plan.pk)))


# States


def test_a_later_plan_supersedes_it(cast: Cast, client: Client, patient: Patient, plan: SignedPlan) -> None:
    factories.make_plan(cast.consultant, patient)
    for view in VIEWS:
        page = text_of(client.get(address(view, plan.pk)))
        assert "This plan has been replaced by a newer one." in page
    assert 'class="watermark" aria-hidden="true">SUPERSEDED<' in text_of(
        client.get(address("patient_copy_print", plan.pk))
    )
    style = text_of(client.get(address("plan_print_style", plan.pk) + "?for=patient"))
    assert "SUPERSEDED" in style


def test_a_withdrawn_plan_is_not_valid_and_says_so_in_plain_words(cast: Cast, client: Client, plan: SignedPlan) -> None:
    withdraw_plan(plan, by=cast.consultant, reason="Another patient's scan")
    page = text_of(client.get(address("patient_copy_print", plan.pk)))
    assert "WITHDRAWN AS ENTERED IN ERROR" in page
    assert "This plan was an error and is not valid." in page
    assert "Another patient" not in page


def test_a_plan_of_before_says_how_to_get_a_version_for_the_patient(client: Client, plan: SignedPlan) -> None:
    older = of_format_1(plan, plan.body_document)
    for view in VIEWS:
        page = text_of(client.get(address(view, older.pk)))
        assert OLDER_FORMAT in page
        assert "What we plan with you" not in page
    for view in ("plan_detail", "plan_print"):
        page = text_of(client.get(address(view, older.pk)))
        assert "Confirmed by the signature" in page
        for words in ("Who, by when", "By when:", "Added by", "For the patient and family"):
            assert words not in page
    assert text_of(client.get(address("plan_print_style", older.pk) + "?for=patient")).startswith("html{")


# For ever


def test_no_reprint_is_made_anew(
    cast: Cast, client_of: ClientOf, plan: SignedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*arguments: object, **named: object) -> None:
        raise AssertionError("A signed plan is never evaluated or worded again to be printed.")

    urls = {view: address(view, plan.pk) for view in ("plan_print", "patient_copy_print")}
    client = client_of(cast.registrar)
    first = {view: what_was_signed(client, url) for view, url in urls.items()}
    stored = bytes(plan.body, "utf-8")
    factories.newer_release(lambda document: document.update(title="Newer"))
    for name in ("pathways.engine.evaluation.evaluate", "patients.findings.board.evaluate"):
        monkeypatch.setattr(name, never)
    monkeypatch.setattr("patients.presenters.plan.patient_copy.patient_copy_document", never)
    with time_machine.travel("2031-03-04T05:06:00+00:00", tick=False):
        years_later = client_of(cast.registrar)
        again = {view: what_was_signed(years_later, url) for view, url in urls.items()}
    assert again == first
    plan.refresh_from_db()
    assert bytes(plan.body, "utf-8") == stored
    assert hashlib.sha256(stored).hexdigest() == plan.body_sha256


def what_was_signed(client: Client, url: str) -> str:
    """Of a sheet, what is between its frame of identifiers, state and day of printing."""
    page = text_of(client.get(url))
    return page[page.index("<article") : page.index("</article>")]


def test_signing_the_same_twice_gives_the_same_bytes(cast: Cast, draft: Assessment) -> None:
    form = SignForm("", "own_decisions", "", None, acknowledged_unsettled=True, discussed_with="")
    signature = signature_of(form, by=cast.consultant, at=timezone.now(), number=1)
    bodies = [canonical(plan_body(board_of(draft, today=draft.day), signature, carried={})) for _ in range(2)]
    assert bodies[0] == bodies[1]


# The log, and who may come


def test_what_is_written_to_the_log(client: Client, plan: SignedPlan) -> None:
    assert events_of(lambda: client.get(address("patient_copy", plan.pk))) == ["patients.patient_copy_viewed"]
    url = address("patient_copy_print", plan.pk) + "?large=yes&outlook=yes"
    assert events_of(lambda: client.get(url)) == ["patients.patient_copy_printed"]
    printed = AuditEvent.objects.get(action="patients.patient_copy_printed")
    assert printed.after == {"large": True, "outlook": True, "language": False}


def test_who_may_come_here(cast: Cast, client: Client, client_of: ClientOf, plan: SignedPlan, patient: Patient) -> None:
    for view in VIEWS:
        url = address(view, plan.pk)
        outsiders_see_nothing(cast, client_of, url, patient.family_name.upper())
        nobody_is_sent_to_sign_in(client_of(None), url)
        refuses_other_methods(client, url, "post", "put", "delete")
        assert client.get(address(view, uuid4())).status_code == 404


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_shown_of_a_plan_that_is_not_what_was_signed(
    client: Client, plan: SignedPlan, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def altered(self: SignedPlan) -> object:
        raise AlteredPlan(f"Care plan {self.pk} does not match its fingerprint.")

    monkeypatch.setattr(SignedPlan, "body_document", property(altered))
    response = client.get(address(view, plan.pk))
    assert response.status_code == 409
    assert "What we plan with you" not in text_of(response)


def test_the_two_versions_are_two_links(client: Client, plan: SignedPlan) -> None:
    assert CONTRADICTION not in text_of(client.get(address("patient_copy", plan.pk)))
    for view, current in (("plan_detail", "plan_detail"), ("patient_copy", "patient_copy")):
        page = text_of(client.get(address(view, plan.pk)))
        assert f'href="{address(current, plan.pk)}" aria-current="page"' in page
        assert page.count('aria-current="page">Clinician') + page.count('aria-current="page">Patient and family') == 1
