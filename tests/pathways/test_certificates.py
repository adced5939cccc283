"""Certificates: a release that is proved gets one, once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.management import call_command

from pathways.engine.proofs import CheckKind, CheckResult, Proof
from pathways.engine.release import Release
from pathways.models import ProofCertificate
from pathways.selectors.checks import certificate_of
from pathways.services.certificates import NotProved, certify_release
from tests.factories import shipped_release
from tests.guidance import events

pytestmark = pytest.mark.django_db


def fake_proof(monkeypatch: pytest.MonkeyPatch, *, holds: bool) -> None:
    def prove(release: Release) -> Proof:
        result = CheckResult(CheckKind.PROMISE, "p1", holds, True, "Never while bleeding.")
        return replace(Proof(release.sha256, "z3 9", (result,), 1.0, 1), seconds=2.0)

    monkeypatch.setattr("pathways.engine.prove.prove", prove)


def test_a_release_that_is_proved_gets_one_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_proof(monkeypatch, holds=True)
    release = shipped_release()
    assert certificate_of(release) is None
    certificate = certify_release(release, by=None)
    assert certify_release(release, by=None) == certificate == certificate_of(release)
    body = json.loads(certificate.certificate)
    assert (body["content_sha256"], body["checker"]) == (release.sha256, "z3 9")
    assert body["proved"] == [{"kind": "promise", "subject": "p1", "text": "Never while bleeding."}]
    assert events("proof_certified") == 1


def test_what_is_not_proved_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_proof(monkeypatch, holds=False)
    release = shipped_release()
    with pytest.raises(NotProved, match="Never while bleeding"):
        certify_release(release, by=None)
    assert not ProofCertificate.objects.exists()
    call_command("prove_content")  # says so, and preparing goes on
