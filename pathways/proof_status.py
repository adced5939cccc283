"""What was proved of a release, in words; remembered once found, because certificates are never taken back."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from pathways.dates import short_date
from pathways.models import ProofCertificate, Release
from pathways.selectors.checks import certificate_of
from pathways.words import counted, fingerprint

NOT_PROVED = "not proved yet"
MOST_REMEMBERED = 64

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProofStatus:
    """`promises` are the sentences that were proved; `other_checks` counts what was decided besides."""

    day: str
    checker: str
    fingerprint: str
    promises: tuple[str, ...]
    other_checks: int

    @property
    def brief(self) -> str:
        return f"proved {self.day}"

    @property
    def words(self) -> str:
        promises = counted(len(self.promises), "promise")
        return f"{self.brief} ({promises}, certificate {self.fingerprint})"


class _NotProved(LookupError):
    """Raised and not returned, so that only what was found is remembered: a certificate may come at any time."""


def proof_of(release: Release) -> ProofStatus | None:
    """No statement once the proof of a release has been found; one while there is none."""
    try:
        return _found(release.pk, release.sha256)
    except _NotProved:
        return None


def proof_words(release: Release) -> str:
    proof = proof_of(release)
    return proof.words if proof else NOT_PROVED


@lru_cache(maxsize=MOST_REMEMBERED)
def _found(pk: UUID, sha256: str) -> ProofStatus:
    certificate = certificate_of(Release(pk=pk, sha256=sha256))
    if certificate is None or not is_genuine(certificate):
        raise _NotProved
    return status_of(certificate)


def is_genuine(certificate: ProofCertificate) -> bool:
    """Safety: only the text that was stored, and only for the content it names."""
    same_text = hashlib.sha256(certificate.certificate.encode()).hexdigest() == certificate.sha256
    if same_text and json.loads(certificate.certificate).get("content_sha256") == certificate.content_sha256:
        return True
    logger.critical("The certificate of content %s does not match its fingerprint.", certificate.content_sha256)
    return False


def status_of(certificate: ProofCertificate) -> ProofStatus:
    document: dict[str, Any] = json.loads(certificate.certificate)
    proved = document.get("proved", [])
    promises = tuple(one["text"] for one in proved if one["kind"] == "promise")
    return ProofStatus(
        day=short_date(timezone.localdate(certificate.made_at)),
        checker=document.get("checker", ""),
        fingerprint=fingerprint(certificate.sha256),
        promises=promises,
        other_checks=len(proved) - len(promises),
    )
