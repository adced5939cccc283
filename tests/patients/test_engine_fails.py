"""The engine cannot evaluate: every card goes, every answer is safe, and no page breaks."""

import logging
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from pathways.engine.release import canonical_json, content_hash
from pathways.models import Release
from pathways.selectors import TamperedRelease, UnusableRelease, compiled_release, notes, releases, vocabulary_of
from pathways.services.releases import activate_release
from patients.models import Assessment, Patient, SignedPlan
from tests import factories
from tests.canaries import EveryLine
from tests.cast import Cast
from tests.patients.no_advice import SECRET, UNAVAILABLE, break_engine, form_in
from tests.patients.pages import ClientOf, address, text_of
from tests.patients.test_advice_stopped import CARD, HTMX, pages_of
from tests.shipped import shipped_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


@pytest.fixture
def filled(cast: Cast, patient: Patient, release: Release) -> Assessment:
    return factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)


def unreadable(number: int = 2) -> Release:
    """Guidance of another time: its rules cannot be read by this version, its vocabulary can."""
    document = shipped_document()
    document["pathways"][0]["rules"][0]["stance"] = "perhaps"
    release = Release.objects.create(
        number=number,
        sha256=content_hash(document),
        title="Of another time",
        status="under_review",
        document=canonical_json(document),
        created_by_name="test",
    )
    activate_release(release, by=None)
    return release


@pytest.mark.parametrize("with_script", [True, False], ids=["live", "without JavaScript"])
def test_the_answers_are_saved_and_every_card_goes(
    client: Client, filled: Assessment, monkeypatch: pytest.MonkeyPatch, with_script: bool
) -> None:
    url = address("assessment_edit", filled.pk)
    sent = form_in(client, url, finding_kps="60")
    break_engine(monkeypatch)
    answer = client.post(url, sent, headers=HTMX) if with_script else client.post(url, sent, follow=True)
    assert answer.status_code == 200
    page = text_of(answer)
    assert UNAVAILABLE in page
    assert CARD not in page
    filled.refresh_from_db()
    assert filled.findings["kps"]["value"] == "60"
    if with_script:
        assert 'id="save-line"' in page
        assert "Saved 10:42:00" in page
        assert answer["Board"] == f"{filled.revision}.0"
    else:
        assert 'value="60"' in page


def test_the_incident_is_in_the_log_of_the_server_and_in_the_audit_log(
    client: Client, filled: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_engine(monkeypatch)
    heard = EveryLine()
    heard.listen()
    try:
        page = text_of(client.get(address("assessment_edit", filled.pk)))
    finally:
        heard.stop()
    incident = page.split("Incident ")[1][:9]
    lines = [one for one in heard.lines if incident in one]
    assert len(lines) == 1
    assert "KeyError" in lines[0]
    assert "in breaks" in lines[0]  # the place
    assert SECRET not in "\n".join(heard.lines)  # and nothing of what the fault says
    event = AuditEvent.objects.get(action="patients.advice_unavailable")
    assert (event.patient_id, event.target, event.outcome) == (filled.patient_id, str(filled.pk), "failed")
    assert event.after == {"incident": incident}


def test_every_incident_has_its_own_number(client: Client, filled: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    break_engine(monkeypatch)
    pages = [text_of(client.get(address("assessment_edit", filled.pk))) for _ in range(3)]
    assert len({page.split("Incident ")[1][:9] for page in pages}) == 3


def test_no_page_breaks(client: Client, filled: Assessment, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    break_engine(monkeypatch)
    for name, url in pages_of(filled).items():
        answer = client.get(url)
        assert answer.status_code == 409, name
        assert UNAVAILABLE in text_of(answer), name
    patient = text_of(client.get(address("patient_detail", filled.patient_id)))
    assert UNAVAILABLE in patient
    compare = client.get(address("compare", filled.patient_id))
    assert compare.status_code in {200, 409}


def test_a_fault_of_what_is_shown_is_one_of_the_engine(
    client: Client, filled: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evaluation came out, and a card cannot be made of it."""
    from patients.views import advised

    def breaks(*_: Any, **__: Any) -> None:
        raise TypeError(SECRET)

    url = address("assessment_edit", filled.pk)
    sent = form_in(client, url, finding_kps="60")
    monkeypatch.setattr(advised, "saved_parts", breaks)
    answer = client.post(url, sent, headers=HTMX)
    assert answer.status_code == 200
    assert UNAVAILABLE in text_of(answer)
    filled.refresh_from_db()
    assert filled.findings["kps"]["value"] == "60"


def test_nothing_is_signed(cast: Cast, client: Client, filled: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    break_engine(monkeypatch)
    answer = client.post(address("plan_sign", filled.pk), {"meaning": "own_decisions"})
    assert answer.status_code == 409
    assert "nothing can be signed" in text_of(answer)
    assert not SignedPlan.objects.exists()
    assert AuditEvent.objects.filter(action="patients.sign_refused").count() == 1


class TestGuidanceOfAnotherTime:
    """A release that this version cannot read any more."""

    def moved(self, draft: Assessment) -> Release:
        release = unreadable()
        Assessment.objects.filter(pk=draft.pk).update(release=release)
        return release

    def test_its_vocabulary_is_read_alone(self, release: Release) -> None:
        other = unreadable()
        with pytest.raises(UnusableRelease):
            compiled_release(other.sha256)
        assert vocabulary_of(other.sha256).findings == compiled_release(release.sha256).vocabulary.findings

    def test_answers_are_read_and_saved_without_its_rules(self, client: Client, filled: Assessment) -> None:
        self.moved(filled)
        url = address("assessment_edit", filled.pk)
        page = client.get(url)
        assert page.status_code == 200
        assert UNAVAILABLE in text_of(page)
        assert 'value="80"' in text_of(page)
        answer = client.post(url, form_in(client, url, finding_kps="60"), headers=HTMX)
        assert answer.status_code == 200
        filled.refresh_from_db()
        assert filled.findings["kps"]["value"] == "60"

    def test_no_page_breaks(self, client: Client, filled: Assessment) -> None:
        self.moved(filled)
        for name, url in pages_of(filled).items():
            assert client.get(url).status_code == 409, name
        page = text_of(client.get(address("patient_detail", filled.patient_id)))
        assert UNAVAILABLE in page
        assert "Decision support: not running" in page
        assert text_of(client.get("/")).count("the guidance in force cannot be read") == 1

    def test_a_plan_that_was_signed_before_is_read_and_printed(
        self, cast: Cast, client: Client, patient: Patient, release: Release
    ) -> None:
        plan = factories.make_plan(cast.consultant, patient)
        unreadable()
        for name in ("plan_detail", "plan_print", "plan_text", "patient_copy"):
            assert client.get(address(name, plan.pk)).status_code == 200, name
        page = text_of(client.get(address("patient_detail", patient.pk)))
        assert "The plan is not compared with it." in page

    @pytest.mark.parametrize("fault", [UnusableRelease, TamperedRelease])
    def test_a_draft_on_guidance_that_can_be_read_goes_on_with_its_advice(
        self, client: Client, filled: Assessment, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
    ) -> None:
        newer = unreadable()

        def compiled(sha256: str) -> Any:
            if sha256 == newer.sha256:
                raise fault("x")
            return compiled_release(sha256)

        monkeypatch.setattr(notes, "compiled_release", compiled)
        url = address("assessment_edit", filled.pk)
        page = text_of(client.get(url))
        assert UNAVAILABLE not in page
        assert CARD in page
        assert "Release 2 of the guidance came into force" in page
        answer = client.post(url, form_in(client, url, finding_kps="60"), headers=HTMX)
        assert answer.status_code == 200
        assert CARD in text_of(answer)

    def test_nobody_starts_on_it_and_it_is_no_broken_page(self, client: Client, patient: Patient) -> None:
        unreadable(1)
        answer = client.post(address("assessment_start", patient.pk))
        assert answer.status_code == 503
        assert "was not saved" in text_of(answer)
        assert not Assessment.objects.exists()


def test_without_a_vocabulary_nothing_can_be_saved_and_it_is_said_loudly(
    client: Client, filled: Assessment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    url = address("assessment_edit", filled.pk)
    sent = form_in(client, url, finding_kps="60")

    def refused(sha256: str) -> None:
        raise UnusableRelease(f"Release {sha256[:12]} cannot be read: KeyError.")

    monkeypatch.setattr(releases, "compiled_release", refused)
    monkeypatch.setattr(releases, "read_vocabulary", lambda *_: 1 / 0)
    releases.vocabulary_of.cache_clear()
    answer = client.post(url, sent, headers=HTMX)
    assert answer.status_code == 503  # the page says NOT SAVED, and sends it again
    assert "If you sent something, it was not saved" in text_of(answer)
    assert "incident " in text_of(answer)
    assert any(one.levelno == logging.CRITICAL for one in caplog.records)
    filled.refresh_from_db()
    assert filled.findings["kps"]["value"] == "80"
