"""A witness of a failed proof as a page shows it: the patient, what the content advises, which rules, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pathways.admin.forms.names import Names
from pathways.admin.presenters.difference_fields import stance_in_words
from pathways.editing.parts import PATHWAY_PREFIX, Document
from pathways.engine.safeguards import PromiseKind
from pathways.gate.report import Line, Report
from pathways.models import CheckRun

PROMISE = "promise-not-proved"
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class RuleShown:
    key: str
    stance: str
    wording: str
    href: str


@dataclass(frozen=True, slots=True)
class WitnessShown:
    findings: tuple[str, ...]
    verdicts: tuple[str, ...]
    rules: tuple[RuleShown, ...]
    why: tuple[str, ...]
    case_href: str


def witness_shown(line: Line, report: Report, run: CheckRun, index: int) -> WitnessShown | None:
    witness = line.details.get("witness")
    if not witness:
        return None
    return WitnessShown(
        findings=tuple(witness["findings"]),
        verdicts=tuple(f"{verdict['label']}: {verdict['verdict']}" for verdict in witness["verdicts"]),
        rules=tuple(rule_shown(rule, run.parts) for rule in witness["rules"]),
        why=tuple(why_it_fails(line, report, json.loads(run.document))),
        case_href=reverse("admin:pathways_case_from_witness", args=[run.pk, index]),
    )


def why_it_fails(line: Line, report: Report, document: Document) -> Iterator[str]:
    """What the prover says of this patient; of a promise also what it demands, and what is not known for it."""
    subject = line.details.get("subject")
    promise = promise_of(document, subject) if line.check == PROMISE else None
    if promise:
        yield f"The promise: {promise.get('text', '')}"
    results = report.proof.results if report.proof else ()
    found = next((one for one in results if one.subject == subject and one.text in line.text), None)
    if found:
        yield found.text
    if why := line.details.get("why"):
        yield str(why)
    recorded = line.details["witness"]["record"].get("findings", {})
    missing = [label for code, label in Names(document).findings if code in demanded(promise) and code not in recorded]
    if missing:
        yield f"Not recorded of this patient: {', '.join(missing)}."


def demanded(promise: Mapping[str, Any] | None) -> frozenset[str]:
    """The findings without which a promise of these kinds lets no verdict be given."""
    if promise is None or promise.get("kind") not in {PromiseKind.KNOWN.value, PromiseKind.ONLY_WHERE.value}:
        return frozenset()
    return frozenset((*(promise.get("known") or ()), *NAME.findall(promise.get("when") or "")))


def promise_of(document: Document, key: Any) -> Mapping[str, Any] | None:
    promises = (document.get("safeguards") or {}).get("promises") or []
    return next((promise for promise in promises if promise.get("key") == key), None)


def rule_shown(rule: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> RuleShown:
    part = f"{PATHWAY_PREFIX}{rule['pathway']}"
    version = next((one.get("version") for one in parts if one.get("part") == part), None)
    return RuleShown(
        key=str(rule["key"]),
        stance=stance_in_words(str(rule["stance"])),
        wording=str(rule["wording"]),
        href=reverse("admin:pathways_entry", args=[version, "rules", rule["key"]]) if version else "",
    )
