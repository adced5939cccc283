"""The proof in the report: what is not proved, with its witness in words, and how much was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pathways.engine.proofs import CheckKind, CheckResult, Proof
from pathways.engine.release import Release
from pathways.gate.places import Place, place_of_rule
from pathways.gate.report import Level, Line
from pathways.gate.witness import witness_details


@dataclass(frozen=True, slots=True)
class Check:
    """The name of its lines, what to do about a failure, and what has been shown when none is left."""

    name: str
    remedy: str
    shown: str


CHECKS = {
    CheckKind.PROMISE: Check(
        "promise-not-proved",
        "Change the rules that give this, or the promise.",
        "{} promises are proved over every possible patient.",
    ),
    CheckKind.DEAD_RULE: Check(
        "rule-dead", "Correct its conditions, or remove it.", "{} rules have a patient to whom they apply."
    ),
    CheckKind.OVERRULED: Check(
        "rule-overruled",
        "Narrow the stricter rules, or remove this one.",
        "{} rules have a patient for whom no stricter rule overrules them.",
    ),
    CheckKind.DERIVED: Check("derived-value", "Correct its condition.", "{} derived findings always have one value."),
    CheckKind.DEAD_ALTERNATIVE: Check(
        "alternative-dead", "Correct or remove it.", "Each alternative of {} rules has patients of its own."
    ),
    CheckKind.REDUNDANT: Check(
        "rule-redundant",
        "Join them, unless both are to be read.",
        "{} rules are told from all others of the same stance by some patient.",
    ),
    CheckKind.HOLE: Check(
        "hole", "Close it, or mark it as intended.", "No unmarked hole between thresholds, in {} places."
    ),
    CheckKind.OVERLAP: Check(
        "overlap", "Part them, or mark it as intended.", "No unmarked overlap of thresholds, in {} places."
    ),
}
PROVED_BY = "proved-by"


def check_proof(release: Release, proof: Proof) -> Iterator[Line]:
    for kind, check in CHECKS.items():
        results = [result for result in proof.results if result.kind is kind]
        failed = [result for result in results if not result.proved]
        yield from (failed_line(release, result, check) for result in failed)
        yield from (vacuous_line(release, result) for result in results if result.vacuous)
        if results and not failed:
            yield Line(Level.PASSED, check.name, check.shown.format(len(results)))
    agreed = f"; a second checker without a solver confirmed {proof.agreed} of them" if proof.agreed else ""
    text = f"{len(proof.results)} checks by {proof.checker} in {proof.seconds:.1f} seconds{agreed}."
    yield Line(Level.PASSED, PROVED_BY, text)


def failed_line(release: Release, result: CheckResult, check: Check) -> Line:
    place = place_of_result(release, result)
    level = Level.BLOCKING if result.blocking else Level.WARNING
    text = f"{subject_in_words(release, result)} {result.text} {check.remedy}"
    details: dict[str, Any] = {"subject": result.subject, "others": list(result.others)}
    if result.witness is not None:
        identity, title = f"witness-{key_of(result.subject)}", title_of_case(release, result)
        details["witness"] = witness_details(release, result.witness, identity=identity, title=title)
    return Line(level, check.name, text, place.part, place.entry, details)


def title_of_case(release: Release, result: CheckResult) -> str:
    promise = release.safeguards.promises.get(result.subject) if result.kind is CheckKind.PROMISE else None
    return promise.text if promise else f"{subject_in_words(release, result)} {result.text}"


def subject_in_words(release: Release, result: CheckResult) -> str:
    """What a failed check is about, to begin its line with."""
    match result.kind:
        case CheckKind.PROMISE:
            promise = release.safeguards.promises.get(result.subject)
            return f"This promise is not kept: “{promise.text if promise else result.subject}”"
        case CheckKind.DERIVED:
            return f"Derived finding {result.subject}:"
        case CheckKind.HOLE | CheckKind.OVERLAP:
            return f"{labels_in(release, result)}:"
    return f"Rule {result.subject}:"


def labels_in(release: Release, result: CheckResult) -> str:
    vocabulary = release.vocabulary
    codes = result.witness.interventions if result.witness else ()
    named = [vocabulary.interventions[code].label for code in codes if code in vocabulary.interventions]
    named += [derived.label for code, derived in vocabulary.derived.items() if f" {code}:" in result.subject]
    return ", ".join(named) or result.kind.value.capitalize()


def vacuous_line(release: Release, result: CheckResult) -> Line:
    place = place_of_result(release, result)
    text = (
        f"The promise {result.subject} is kept only because no patient can be as it says: it protects nobody. "
        "Correct it."
    )
    return Line(Level.WARNING, "promise-empty", text, place.part, place.entry)


def key_of(subject: str) -> str:
    """The subject as the end of a key: small letters, digits and hyphens."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in subject.lower())
    return "-".join(piece for piece in letters.split("-") if piece)[:40]


def place_of_result(release: Release, result: CheckResult) -> Place:
    subject = result.subject
    match result.kind:
        case CheckKind.PROMISE:
            return Place("safeguards", f"promises/{subject}")
        case CheckKind.DERIVED:
            return Place("vocabulary", f"derived/{subject}")
        case CheckKind.HOLE | CheckKind.OVERLAP:
            return Place("safeguards")
    named = [subject, subject.partition(" ")[0], subject.partition("/")[0], *result.others]
    return next((place_of_rule(release.rules[key]) for key in named if key in release.rules), Place())
