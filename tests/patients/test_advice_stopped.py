"""While known patients are advised otherwise, nobody is advised: on no page, on no paper, under no signature."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from pathways.models import CanaryAcknowledgement, CanaryRun, Release
from pathways.services.canaries import resume_advice
from patients.findings import AdviceUnavailable, board_of
from patients.models import Assessment, Decision, Patient, SignedPlan
from patients.services.plans import sign_plan
from tests import factories
from tests.cast import Cast
from tests.patients.conftest import NOW
from tests.patients.no_advice import STOPPED, USE_PAPER, doubt_own_process, form_in, stop
from tests.patients.pages import ClientOf, address, text_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
CARD = 'id="card-'


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


@pytest.fixture
def filled(cast: Cast, patient: Patient, release: Release) -> Assessment:
    return factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)


@pytest.fixture
def signed(cast: Cast, patient: Patient, release: Release) -> SignedPlan:
    return factories.make_plan(cast.consultant, patient)


def pages_of(draft: Assessment) -> dict[str, str]:
    """Every page that evaluates the draft."""
    pages = {name: address(name, draft.pk) for name in ("plan_sign", "what_if", "flow", "flow_print", "draft_print")}
    pages |= {name: address(name, draft.pk) for name in ("draft_print_style", "plan_details", "findings_confirm")}
    return pages | {"what_would_change": address("what_would_change", draft.pk, "neuroimaging")}


def test_the_assessment_page_says_so_and_has_no_card(client: Client, filled: Assessment, release: Release) -> None:
    url = address("assessment_edit", filled.pk)
    assert CARD in text_of(client.get(url))
    stop(release)
    page = text_of(client.get(url))
    assert f"{STOPPED} {USE_PAPER}" in page
    assert CARD not in page
    assert "Missing findings" not in page
    assert "Review and sign (not possible now)" in page


def test_the_form_stays_usable_and_saves(client: Client, filled: Assessment, release: Release) -> None:
    stop(release)
    url = address("assessment_edit", filled.pk)
    sent = form_in(client, url, finding_kps="60")
    answer = client.post(url, sent, headers=HTMX)
    assert answer.status_code == 200
    assert f"{STOPPED} {USE_PAPER}" in text_of(answer)
    assert "Saved 10:42:00" in text_of(answer)
    filled.refresh_from_db()
    assert filled.findings["kps"]["value"] == "60"


def test_an_answer_that_is_refused_still_says_so(client: Client, filled: Assessment, release: Release) -> None:
    stop(release)
    url = address("assessment_edit", filled.pk)
    answer = client.post(url, form_in(client, url, finding_kps="770"), headers=HTMX)
    assert text_of(answer).count('class="note-error"') == 1
    filled.refresh_from_db()
    assert filled.findings["kps"]["refused"]["entered"] == "770"


def test_no_page_that_evaluates_shows_advice(client: Client, filled: Assessment, release: Release) -> None:
    for name, url in pages_of(filled).items():
        assert client.get(url).status_code == 200, name
    stop(release)
    for name, url in pages_of(filled).items():
        answer = client.get(url)
        assert answer.status_code == 409, name
        page = text_of(answer)
        assert STOPPED in page, name
        assert CARD not in page, name


def test_comparing_evaluates_nobody(client: Client, signed: SignedPlan, release: Release) -> None:
    url = reverse("patients:compare", args=[signed.patient_id])
    stop(release)
    answer = client.get(url)
    assert answer.status_code == 409
    assert STOPPED in text_of(answer)


def test_the_patients_page_says_so_and_leads_to_the_plan(client: Client, signed: SignedPlan, release: Release) -> None:
    stop(release)
    page = text_of(client.get(address("patient_detail", signed.patient_id)))
    assert page.count(STOPPED) == 2  # above every page, and in the place of the key facts
    assert "Care plan 1" in page
    assert "Table of key facts" not in page
    assert "Not shown now, because nothing can be evaluated." in page
    assert "Nothing recorded yet." not in page


def test_signed_plans_are_read_and_printed(client: Client, signed: SignedPlan, release: Release) -> None:
    before = {
        name: client.get(address(name, signed.pk)).content
        for name in ("plan_print", "plan_print_style", "patient_copy_print")
    }
    stop(release)
    for name in ("plan_detail", "plan_text", "patient_copy"):
        assert client.get(address(name, signed.pk)).status_code == 200, name
    after = {name: client.get(address(name, signed.pk)).content for name in before}
    assert after == before


def test_the_worklist_and_the_papers_for_downtime_are_there(client: Client, patient: Patient, release: Release) -> None:
    stop(release)
    page = text_of(client.get(reverse("patients:worklist")))
    assert patient.family_name.upper() in page
    assert f"{STOPPED} Use the printed guidance." in page
    assert "Decision support: stopped since 10:42" in page
    for name in ("printed_pathways", "blank_form"):
        assert client.get(reverse(f"pathways:{name}")).status_code == 200


def test_a_new_assessment_can_be_started(client: Client, patient: Patient, release: Release) -> None:
    stop(release)
    assert client.post(address("assessment_start", patient.pk)).status_code == 302
    assert Assessment.objects.filter(patient=patient).exists()


def test_nothing_is_signed_and_the_attempt_is_logged(
    cast: Cast, client: Client, filled: Assessment, release: Release
) -> None:
    factories.answer_what_is_required(filled, cast.consultant)
    given = factories.signing(filled)
    stop(release)
    answer = client.post(address("plan_sign", filled.pk), {"meaning": "own_decisions"})
    assert answer.status_code == 409
    assert "nothing can be signed" in text_of(answer)
    assert STOPPED in text_of(answer)
    with pytest.raises(AdviceUnavailable, match="Decision support is stopped"):
        sign_plan(filled, by=cast.consultant, **given)
    assert not SignedPlan.objects.exists()
    refused = AuditEvent.objects.filter(action="patients.sign_refused", patient_id=filled.patient_id)
    assert [one.outcome for one in refused] == ["refused", "refused"]


def test_a_stop_while_somebody_is_at_the_page_counts(cast: Cast, filled: Assessment, release: Release) -> None:
    """What was read before the stop is asked again under the lock."""
    factories.answer_what_is_required(filled, cast.consultant)
    given = factories.signing(filled)
    read_before = Assessment.objects.with_patient_and_release().get(pk=filled.pk)
    stop(release)
    with pytest.raises(AdviceUnavailable):
        sign_plan(read_before, by=cast.consultant, **given)


def test_an_answer_to_a_card_is_not_recorded_and_the_cards_go(
    client: Client, filled: Assessment, release: Release
) -> None:
    url = address("assessment_edit", filled.pk)
    code, card = text_of(client.get(url)).split('id="card-')[1].split('"', 1)
    sent = {"answer": "follow", "advice_hash": card.split('name="advice_hash" value="')[1].split('"')[0]}
    stop(release)
    answer = client.post(address("decision_record", filled.pk, code), sent, headers=HTMX)
    assert answer.status_code == 409
    assert "Your answer to the advice was not recorded" in text_of(answer)
    assert CARD not in text_of(answer)
    assert not Decision.objects.exists()


def test_what_was_written_beside_the_advice_comes_back(client: Client, filled: Assessment, release: Release) -> None:
    url = address("plan_details", filled.pk)
    stop(release)
    answer = client.post(url, {"contact": "Ward 7B, extension 4711"})
    assert answer.status_code == 409
    assert "Nothing of this step was saved." in text_of(answer)
    assert "Ward 7B, extension 4711" in text_of(answer)


def test_after_the_acknowledgement_everybody_is_advised_again(
    cast: Cast, client: Client, filled: Assessment, release: Release
) -> None:
    wrong = stop(release)
    resume_advice(by=cast.publisher, reason="A memory module was replaced.", seen=[wrong.pk])
    page = text_of(client.get(address("assessment_edit", filled.pk)))
    assert CARD in page
    assert "Decision support is stopped" not in page


def test_the_stop_costs_no_statement(
    client: Client, filled: Assessment, release: Release, django_assert_max_num_queries: Any
) -> None:
    url = address("assessment_edit", filled.pk)
    sent = form_in(client, url, finding_kps="60")
    stop(release)
    with django_assert_max_num_queries(13):  # where cards stood, the number of the last answer to one is asked for
        assert client.post(url, sent, headers=HTMX).status_code == 200


class TestOwnProcess:
    @pytest.fixture(autouse=True)
    def doubtful(self, filled: Assessment, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        forget = doubt_own_process(monkeypatch)
        yield
        forget()

    def test_a_process_that_is_wrong_itself_advises_nobody(self, filled: Assessment) -> None:
        with pytest.raises(AdviceUnavailable, match="this server does not advise known patients"):
            board_of(filled, today=NOW.date())

    def test_it_tells_all_others_with_the_first_page(
        self, client: Client, filled: Assessment, release: Release
    ) -> None:
        page = text_of(client.get(address("assessment_edit", filled.pk)))
        assert "this server does not advise known patients as it should" in page
        assert CARD not in page
        run = CanaryRun.objects.get()
        assert (run.passed, run.differences[0]["case"]) == (False, "case-02")
        assert AuditEvent.objects.get(action="pathways.known_patients_checked").actor_id == "known-patients"
        assert STOPPED in text_of(client.get(address("assessment_edit", filled.pk)))
        assert CanaryRun.objects.count() == 1

    def test_it_tells_them_again_when_another_process_has_resumed_advice(
        self, client: Client, filled: Assessment, release: Release, cast: Cast
    ) -> None:
        client.get(address("assessment_edit", filled.pk))
        CanaryAcknowledgement.objects.create(
            run=CanaryRun.objects.get(), reason="Restarted.", by=cast.publisher, by_name="Another process"
        )
        client.get(address("assessment_edit", filled.pk))
        client.get(address("assessment_edit", filled.pk))
        assert [run.passed for run in CanaryRun.objects.all()] == [False, False]
        assert CanaryRun.objects.standing().count() == 1
