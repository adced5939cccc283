"""No form is taken from another person or for another patient, whatever it is about: every address, every stale tab."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from patients.findings import Answer, FormContext
from patients.form_origin import FIELD, note_for
from patients.models import Assessment, Decision, Patient, PlanWithdrawal, SavedChange, SignedPlan
from patients.states import AssessmentState
from tests import factories
from tests.cast import PASSWORD, Cast
from tests.patients.pages import ClientOf, address, text_of

pytestmark = pytest.mark.django_db

TEXT = "Typed by the person before"
BLEED = {"intracranial_bleed": Answer("present", observed_on="-3d"), "kps": "50"}


@dataclass(frozen=True, slots=True)
class Record:
    """A patient with everything that a form can be about."""

    patient: Patient
    draft: Assessment
    plan: SignedPlan


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the patients' pages: where it is sent, what its note is about, and what is written in it."""

    view: str
    about: str  # a field of Record; empty for a patient who has no record yet
    code: str = ""
    keeps: bool = True  # it has room for words

    def url(self, record: Record) -> str:
        ids = [getattr(record, self.about).pk] if self.about else []
        return address(self.view, *ids, *([self.code] if self.code else []))

    def subject(self, record: Record) -> Any:
        return getattr(record, self.about) if self.about else None

    def typed(self, cast: Cast, record: Record) -> dict[str, Any]:
        match self.view:
            case "patient_add" | "patient_edit":
                return patient_fields(cast) | {"consultant": TEXT, "revision": str(record.patient.revision)}
            case "findings_confirm":
                return {"codes": ["kps"]}
            case "decision_record":
                return {"advice_hash": "x", "answer": "decline", "reason_text": TEXT}
            case "plan_sign":
                return {"board_hash": "x", "meaning": "own_decisions", "on_behalf_of": TEXT, "password": PASSWORD}
            case "plan_details":
                return {"addition-0-text": TEXT}
            case "plan_addendum":
                return {"text": TEXT}
            case _:
                return {"reason": TEXT}


FORMS = {
    form.view: form
    for form in (
        Form("patient_add", ""),
        Form("patient_edit", "patient"),
        Form("assessment_start", "patient", keeps=False),
        Form("finding_withdraw", "draft", code="intracranial_bleed"),
        Form("findings_confirm", "draft", keeps=False),
        Form("decision_record", "draft", code="intrathecal_chemotherapy"),
        Form("release_adopt", "draft", keeps=False),
        Form("assessment_discard", "draft"),
        Form("plan_details", "draft"),
        Form("plan_sign", "draft"),
        Form("plan_withdraw", "plan"),
        Form("plan_addendum", "plan"),
        Form("own_list_add", "patient", keeps=False),
        Form("own_list_remove", "patient", keeps=False),
        Form("practice_start", "", keeps=False),
        Form("what_if", "draft", keeps=False),
    )
}
# The assessment's own form has a context of its own; a search and a recall write nothing, and are about no one patient.
OTHER_FORMS = {"assessment_edit", "patient_search", "recall", "recall_export"}
OF_BREAK_GLASS = ("break_glass", "access_review")  # have tokens, and tests, of their own
NOT_WRITING = (
    "access_denied",
    "patients.assessment_viewed",
    "patients.form_refused",
    "patients.form_shown_again",
    "patients.patient_viewed",
    "patients.plan_viewed",
)
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))


def patient_fields(cast: Cast) -> dict[str, str]:
    return {
        "hospital_number": "CROSS-1",
        "family_name": "Crosswrite",
        "given_names": "Nobody",
        "birth_date": "14-Jul-1961",
        "sex": "female",
        "ward": str(cast.neuro_oncology.pk),
        "tumour_kind": "solid",
        "allergy_status": "none_known",
        "allergies-TOTAL_FORMS": "0",
        "allergies-INITIAL_FORMS": "0",
    }


def make_record(cast: Cast) -> Record:
    patient = factories.make_patient(cast.consultant, cast.neuro_oncology)
    plan = factories.make_plan(cast.consultant, patient)
    return Record(patient, factories.make_draft(cast.consultant, patient, BLEED), plan)


@pytest.fixture
def ours(cast: Cast, release: object) -> Record:
    return make_record(cast)


@pytest.fixture
def other(cast: Cast, release: object) -> Record:
    return make_record(cast)


def everything_written() -> list[Any]:
    """What stands in the tables, and every event that says that something was written."""
    tables = (Patient, Assessment, Decision, SignedPlan, PlanWithdrawal, SavedChange)
    rows = [list(table._base_manager.order_by("pk").values()) for table in tables]
    written = AuditEvent.objects.exclude(action__in=NOT_WRITING).order_by("pk")
    return [*rows, list(written.values_list("action", "actor_id", "patient_id"))]


def test_the_matrix_names_every_form() -> None:
    """A new page that is posted about a patient needs a row above."""
    patterns = next(one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == "patients")
    ours = {pattern.name for pattern in patterns.url_patterns if not pattern.name.startswith(OF_BREAK_GLASS)}
    read_only = {"worklist", "patient_detail", "patient_history", "plan_detail", "plan_print", "plan_print_style"}
    read_only |= {"patient_copy", "patient_copy_print", "draft_print", "draft_print_style"}
    read_only |= {"compare", "compare_print", "flow", "flow_print", "what_would_change"}
    read_only |= {"plan_pdf", "plan_text", "tour", "recalls"}
    assert ours == set(FORMS) | OTHER_FORMS | read_only


@every_form
def test_a_foreign_note(cast: Cast, client_of: ClientOf, ours: Record, other: Record, form: Form) -> None:
    """Opened by the consultant, sent after the registrar signed in: the session's token is right, the person is not.

    And: of another patient; without a note; with the context of the assessment's own form, which is signed too.
    """
    before = everything_written()
    context = FormContext.of(ours.draft, user=cast.registrar, today=timezone.localdate()).sign()
    foreign = {
        note_for(form.subject(ours), user=cast.consultant): "opened by somebody else",
        note_for(form.subject(other) or other.patient, user=cast.registrar): "another patient or record",
        "": "not made by LM Pathways",
        "a:b:c": "not made by LM Pathways",
        context: "not made by LM Pathways",
    }
    for note, words in foreign.items():
        answer = client_of(cast.registrar).post(form.url(ours), form.typed(cast, ours) | {FIELD: note})
        then_it_is_refused_with_the_text(answer, form, words)
    refused = AuditEvent.objects.filter(action="patients.form_refused", outcome="refused")
    assert refused.filter(actor_id=str(cast.registrar.pk)).count() == refused.count() == len(foreign)
    assert set(refused.values_list("patient_id", flat=True)) == {ours.patient.pk if form.about else None}
    assert everything_written() == before


@pytest.mark.parametrize("form", [form for form in FORMS.values() if form.about], ids=lambda form: form.view)
def test_an_outsider_with_a_note_of_their_own(cast: Cast, client_of: ClientOf, ours: Record, form: Form) -> None:
    """Somebody of another ward who knows the address, with a note that names them: as if there were nothing."""
    before = everything_written()
    note = note_for(form.subject(ours), user=cast.outsider)
    answer = client_of(cast.outsider).post(form.url(ours), form.typed(cast, ours) | {FIELD: note})
    assert answer.status_code == 404
    assert everything_written() == before


@every_form
def test_the_token_of_another_session(cast: Cast, ours: Record, form: Form) -> None:
    client, neighbour = (signed_in_with_checks(user) for user in (cast.consultant, cast.registrar))
    before = everything_written()
    note = note_for(form.subject(ours), user=cast.consultant)
    for token in (neighbour.cookies["csrftoken"].value, "", "x" * 32):
        sent = form.typed(cast, ours) | {FIELD: note, "csrfmiddlewaretoken": token}
        assert client.post(form.url(ours), sent).status_code == 403
    assert everything_written() == before


@pytest.mark.parametrize("view", ["finding_withdraw", "findings_confirm", "assessment_discard"])
def test_what_was_changed_meanwhile_is_looked_at_again(
    cast: Cast, client_of: ClientOf, ours: Record, view: str
) -> None:
    """Safety: HZ-7, HZ-8. "Unchanged" is never said of an answer that was not on the screen."""
    form, stale = FORMS[view], note_for(ours.draft, user=cast.consultant)
    ours.draft.refresh_from_db()
    factories.save(ours.draft, cast.registrar, {"kps": "80"})
    before = everything_written()
    answer = client_of(cast.consultant).post(form.url(ours), form.typed(cast, ours) | {FIELD: stale})
    then_it_is_refused_with_the_text(answer, form, "was changed after this form was opened")
    assert everything_written() == before


@pytest.mark.parametrize("view", ["finding_withdraw", "findings_confirm", "assessment_discard", "plan_withdraw"])
def test_pressing_twice_writes_once(cast: Cast, client_of: ClientOf, ours: Record, view: str) -> None:
    form, client = FORMS[view], client_of(cast.consultant)
    ours.draft.refresh_from_db()
    sent = form.typed(cast, ours) | {FIELD: note_for(form.subject(ours), user=cast.consultant)}
    assert client.post(form.url(ours), sent).status_code == 302
    written = everything_written()
    assert client.post(form.url(ours), sent).status_code in {404, 409}
    assert everything_written() == written


def test_adding_a_patient_twice_adds_one(cast: Cast, client_of: ClientOf, ours: Record) -> None:
    form, client = FORMS["patient_add"], client_of(cast.consultant)
    sent = form.typed(cast, ours) | {FIELD: note_for(None, user=cast.consultant)}
    assert client.post(form.url(ours), sent).status_code == 302
    assert client.post(form.url(ours), sent).status_code == 422
    assert Patient.objects.visible_to(cast.consultant).filter(hospital_number="CROSS-1").count() == 1


@pytest.mark.parametrize("htmx", [False, True])
def test_the_assessment_form_of_somebody_else(
    cast: Cast, client_of: ClientOf, ours: Record, other: Record, htmx: bool
) -> None:
    """The same for the form that saves by itself, which has its own context."""
    headers = {"HX-Request": "true"} if htmx else {}
    ours.draft.refresh_from_db()
    other.draft.refresh_from_db()
    before = everything_written()
    for opener, record, words in (
        (cast.consultant, ours, "opened by somebody else"),
        (cast.registrar, other, "another patient or assessment"),
    ):
        context = FormContext.of(record.draft, user=opener, today=timezone.localdate()).sign()
        sent = {"context": context, "key": str(uuid4()), "priorities": TEXT, "vte": "established"}
        answer = client_of(cast.registrar, **headers).post(address("assessment_edit", ours.draft.pk), sent)
        assert answer.status_code == 409
        assert words in text_of(answer)
        assert htmx or TEXT in text_of(answer)
    note = note_for(ours.draft, user=cast.registrar)
    assert (
        client_of(cast.registrar).post(address("assessment_edit", ours.draft.pk), {"context": note}).status_code == 400
    )
    assert everything_written() == before


def test_a_signature_in_another_name_is_never_made(cast: Cast, client_of: ClientOf, ours: Record) -> None:
    """Even with the other person's own password in the box."""
    note = note_for(ours.draft, user=cast.registrar)
    sent = FORMS["plan_sign"].typed(cast, ours) | {FIELD: note}
    answer = client_of(cast.consultant).post(FORMS["plan_sign"].url(ours), sent)
    assert answer.status_code == 409
    assert PASSWORD not in text_of(answer)
    ours.draft.refresh_from_db()
    assert ours.draft.state == AssessmentState.DRAFT


def then_it_is_refused_with_the_text(answer: HttpResponse, form: Form, words: str) -> None:
    page = text_of(answer)
    assert answer.status_code == 409
    assert words in page
    assert "Nothing was changed." in page
    assert PASSWORD not in page
    if form.keeps:
        assert TEXT in page


def signed_in_with_checks(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get("/")
    assert client.cookies["csrftoken"].value
    return client
