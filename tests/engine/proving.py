"""Small contents with safeguards, and what a proof says of them."""

from __future__ import annotations

from typing import Any

from pathways.engine.prove import CheckKind, CheckResult, Proof, prove
from pathways.engine.release import Release, build_release
from tests.engine import documents
from tests.engine.documents import Document


def promise(key: str, kind: str, *, interventions: tuple[str, ...] = ("drug",), **more: Any) -> Document:
    made: Document = {"key": key, "kind": kind, "text": f"What {key} says.", "interventions": list(interventions)}
    return made | more


def release_with(
    findings: list[Document],
    *rules: Document,
    promises: tuple[Document, ...] = (),
    intended: tuple[Document, ...] = (),
    **more: Any,
) -> Release:
    safeguards = {"promises": list(promises), "cases": [], "intended": list(intended)}
    return build_release(documents.with_rules(findings, *rules, **more) | {"safeguards": safeguards})


def results(release: Release, kind: CheckKind) -> dict[str, CheckResult]:
    """The results of one kind by subject; every check of so small a content is confirmed by the second checker."""
    proof = prove(release)
    assert proof.agreed == len(proof.results)
    return of_kind(proof, kind)


def of_kind(proof: Proof, kind: CheckKind) -> dict[str, CheckResult]:
    return {result.subject: result for result in proof.results if result.kind is kind}


def recorded(result: CheckResult) -> dict[str, Any]:
    """What the witness has recorded."""
    assert result.witness is not None
    found: dict[str, Any] = result.witness.record["findings"]
    return found
