"""A witness of a failed proof in words: the patient, the verdicts that are given, and the rules that give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from pathways.advice_classes import NOT_SETTLED, class_of
from pathways.dates import short_date
from pathways.engine.evaluation import Evaluation, Verdict, evaluate
from pathways.engine.explain import why_not_current
from pathways.engine.proofs import Witness
from pathways.engine.records import Record, read_record
from pathways.engine.release import Release
from pathways.engine.rules import Rule


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    intervention: str
    label: str
    verdict: str


@dataclass(frozen=True, slots=True)
class FiringRule:
    key: str
    pathway: str
    stance: str
    wording: str


@dataclass(frozen=True, slots=True)
class WitnessInWords:
    """``findings`` is everything that is recorded of this patient: all else is unknown."""

    findings: tuple[str, ...]
    verdicts: tuple[GivenVerdict, ...]
    rules: tuple[FiringRule, ...]


def witness_in_words(release: Release, witness: Witness) -> WitnessInWords:
    read, evaluation = evaluated(release, witness)
    return WitnessInWords(
        findings=tuple(findings_in_words(read, evaluation)),
        verdicts=tuple(given_verdict(evaluation, code) for code in witness.interventions),
        rules=tuple(firing_rule(release.rules[key]) for key in witness.rules if key in release.rules),
    )


def evaluated(release: Release, witness: Witness) -> tuple[Record, Evaluation]:
    read = read_record(release, {"id": "witness", **witness.record})
    return read, evaluate(release, read.observations, read.as_of)


def findings_in_words(read: Record, evaluation: Evaluation) -> Iterator[str]:
    """Every recorded finding in the order of the form, with its day where that is another one."""
    vocabulary = evaluation.release.vocabulary
    for code in vocabulary.in_order(frozenset(read.observations)):
        observation, finding = read.observations[code], vocabulary.findings[code]
        day = f" on {short_date(observation.observed_on)}" if observation.observed_on != read.as_of else ""
        state = evaluation.findings[code]
        unused = f" (not used: {why_not_current(evaluation, state)})" if state.reason is not None else ""
        yield f"{finding.label}: {finding.label_of(observation.value)}{day}{unused}"


def given_verdict(evaluation: Evaluation, code: str) -> GivenVerdict:
    label = evaluation.release.vocabulary.interventions[code].label
    return GivenVerdict(code, label, verdict_words(evaluation.verdicts[code]))


def verdict_words(verdict: Verdict) -> str:
    """The word of the card, with what the card does not say: the stance, and a prohibition that is not settled."""
    shown = class_of(verdict)
    stance = f" ({verdict.stance.value})" if verdict.stance and verdict.stance.value != shown.word.lower() else ""
    settled = "" if verdict.settled or shown is NOT_SETTLED else ", not settled"
    return f"{shown.word}{stance}{settled}"


def firing_rule(rule: Rule) -> FiringRule:
    return FiringRule(rule.key, rule.pathway, rule.stance.value, rule.professional)


def witness_details(release: Release, witness: Witness, *, identity: str, title: str) -> dict[str, Any]:
    """The patient in words for reading, as a record for running, and as a case for keeping."""
    case = case_from_witness(release, witness, identity=identity, title=title)
    words = plain(asdict(witness_in_words(release, witness)))
    return {**words, "record": plain(witness.record), "case": case}


# As a case


def case_from_witness(release: Release, witness: Witness, *, identity: str, title: str) -> dict[str, Any]:
    """A case of the content documents for this patient. It expects what is given now: a person corrects that."""
    read, evaluation = evaluated(release, witness)
    return {
        "id": identity,
        "title": title,
        "as_of": read.as_of.isoformat(),
        "findings": plain(witness.record.get("findings", {})),
        "expect": {
            code: {"stance": verdict.stance.value if verdict.stance else None, "settled": verdict.settled}
            for code, verdict in evaluation.verdicts.items()
            if verdict.stance is not None or not verdict.settled
        },
    }


def plain(written: Any) -> Any:
    """Anything as documents write it, in plain JSON: numbers as integers, or as text to stay exact."""
    if isinstance(written, Mapping):
        return {name: plain(value) for name, value in written.items()}
    if isinstance(written, list | tuple):
        return [plain(value) for value in written]
    if isinstance(written, Decimal):
        return int(written) if written == written.to_integral_value() else format(written, "f")
    return written
