"""Certificates: what was proved of an exact release document, by which checkers, and when."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.context import Actor
from audit.events import Event
from audit.services import record
from pathways.engine.proofs import CheckersDisagree, CheckKind, CheckResult, NotDecided, Proof
from pathways.engine.release import canonical_json
from pathways.engine.safeguards import Promise
from pathways.models import ProofCertificate, Release
from pathways.selectors import compiled_release
from pathways.selectors.checks import certificate_of

FORMAT = 1


class NotProved(Exception):
    """The proof of a release does not hold, or could not be finished; the sentences say why."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def certify_release(release: Release, *, by: Actor | None) -> ProofCertificate:
    """Prove a stored release and keep the certificate; a second time nothing is done. Raises NotProved."""
    existing = certificate_of(release)
    if existing is not None:
        return existing
    proof = proof_of(release)
    with transaction.atomic():
        certificate = store_certificate(proof)
        record(
            Event.PROOF_CERTIFIED,
            by=by,
            target=str(release.pk),
            after={"sha256": release.sha256, "certificate": certificate.sha256, "checker": proof.checker},
        )
    return certificate


def proof_of(release: Release) -> Proof:
    from pathways.engine.prove import prove  # the solver takes long to load

    try:
        proof = prove(compiled_release(release.sha256))
    except (NotDecided, CheckersDisagree) as error:
        raise NotProved((str(error),)) from error
    if not proof.holds:
        raise NotProved(tuple(one.text for one in proof.results if one.blocking and not one.proved))
    return proof


def store_certificate(proof: Proof) -> ProofCertificate:
    """Of a proof that holds; the certificate of a document is stored once."""
    existing = ProofCertificate.objects.filter(content_sha256=proof.content_sha256).first()
    if existing is not None:
        return existing
    text = canonical_json(certificate_body(proof))
    return ProofCertificate.objects.create(
        content_sha256=proof.content_sha256, certificate=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )


def certificate_body(proof: Proof) -> dict[str, Any]:
    """Of a release that is stored: its promises stand in the certificate in their own words."""
    promises = compiled_release(proof.content_sha256).safeguards.promises
    return {
        "format": FORMAT,
        "content_sha256": proof.content_sha256,
        "checker": proof.checker,
        "agreed": proof.agreed,
        "made_at": timezone.now().isoformat(),
        "proved": [in_short(one, promises) for one in proof.results if one.proved],
        "not_proved": [in_short(one, promises) for one in proof.results if not one.proved],
    }


def in_short(result: CheckResult, promises: Mapping[str, Promise]) -> dict[str, str]:
    promise = promises.get(result.subject) if result.kind is CheckKind.PROMISE else None
    text = promise.text if promise else result.text
    return {"kind": result.kind.value, "subject": result.subject, "text": text}
