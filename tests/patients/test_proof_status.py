"""What was proved of the guidance, on every page and in the signed plan."""

import hashlib
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.models import ProofCertificate, Release
from pathways.proof_status import NOT_PROVED, proof_of, proof_words
from patients.models import Patient
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, address, text_of

pytestmark = pytest.mark.django_db
PROMISES = ("Nobody with a bleed is advised a puncture.", "No obstructed flow and a lumbar drug.")


def certify(release: Release, **changed: Any) -> ProofCertificate:
    body: dict[str, Any] = {
        "content_sha256": release.sha256,
        "checker": "z3 5.4.0",
        "proved": [
            *({"kind": "promise", "subject": f"p{number}", "text": text} for number, text in enumerate(PROMISES)),
            {"kind": "dead rule", "subject": "a-rule", "text": "The rule can apply."},
        ],
    }
    text = json.dumps(body | changed)
    return ProofCertificate.objects.create(
        content_sha256=release.sha256, certificate=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )


def words_of(certificate: ProofCertificate) -> str:
    return f"proved 22-Nov-2026 (2 promises, certificate {certificate.sha256[:12]})"


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


def test_without_a_certificate_nothing_is_proved(release: Release) -> None:
    assert proof_of(release) is None
    assert proof_words(release) == NOT_PROVED


def test_a_certificate_is_seen_as_soon_as_it_is_there(release: Release) -> None:
    assert proof_words(release) == NOT_PROVED
    certificate = certify(release)
    assert proof_words(release) == words_of(certificate)


def test_once_found_it_costs_no_statement(release: Release, django_assert_num_queries: Any) -> None:
    certify(release)
    first = proof_of(release)
    with django_assert_num_queries(0):
        assert proof_of(release) == first


def test_of_other_content_nothing_is_proved(release: Release) -> None:
    certify(release)
    other = factories.newer_release(lambda document: document.update(title="Newer"))
    assert proof_words(other) == NOT_PROVED


def test_a_certificate_that_does_not_fit_counts_for_nothing(release: Release, caplog: pytest.LogCaptureFixture) -> None:
    certify(release, content_sha256="0" * 64)
    assert proof_words(release) == NOT_PROVED
    assert "does not match its fingerprint" in caplog.text


def test_every_page_says_it(cast: Cast, client: Client, patient: Patient, release: Release) -> None:
    draft = factories.make_draft(cast.consultant, patient, factories.FAVOURABLE)
    certify(release)
    for url in (
        address("worklist"),
        address("patient_detail", patient.pk),
        address("assessment_edit", draft.pk),
        address("plan_sign", draft.pk),
        reverse("pathways:help"),
        reverse("pathways:about"),
    ):
        page = text_of(client.get(url))
        assert "Content: release 1, under review, proved 22-Nov-2026<" in page, url
        assert NOT_PROVED not in page, url


def test_the_about_page_says_what_was_proved(client: Client, release: Release) -> None:
    url = reverse("pathways:about")
    assert "What was proved" not in text_of(client.get(url))
    certificate = certify(release)
    page = text_of(client.get(url))
    assert "Proved on 22-Nov-2026 by z3 5.4.0 for every possible patient" in page
    assert f"2 promises, and 1 check of the rules besides. Certificate {certificate.sha256[:12]}." in page
    for promise in PROMISES:
        assert promise in page


def test_a_plan_keeps_what_was_proved_when_it_was_signed(
    cast: Cast, client: Client, patient: Patient, release: Release
) -> None:
    before = factories.make_plan(cast.consultant, patient)
    certificate = certify(release)
    after = factories.make_plan(cast.consultant, patient)
    assert before.body_document["content"]["proof"] == NOT_PROVED
    assert after.body_document["content"]["proof"] == words_of(certificate)
    for page in ("plan_detail", "plan_print"):
        assert f"Content: release 1, under review, {NOT_PROVED}" in text_of(client.get(address(page, before.pk)))
        assert f"under review, {words_of(certificate)}" in text_of(client.get(address(page, after.pk)))
