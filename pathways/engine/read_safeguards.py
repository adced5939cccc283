"""Reads the safeguards of a release document: promises, worked cases, and gaps that are meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pathways.engine.condition_language import NUMBER
from pathways.engine.documents import Part, check_names, condition, day, named, text, texts
from pathways.engine.problems import KEY, Path, ProblemList, nearest
from pathways.engine.safeguards import Case, ExpectedVerdict, Intended, Promise, PromiseKind, Safeguards
from pathways.engine.stances import Stance
from pathways.engine.vocabulary import Kind, Vocabulary

SUBJECT = re.compile(r"[^\n]{1,200}")
VERDICT_STANCES = tuple(stance for stance in Stance if stance is not Stance.NOTE)
RULE_RESULTS = ("applies", "does_not_apply", "unknown")
VERDICT_FIELDS = ("stance", "settled")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What safeguards may refer to, and where to note what is wrong."""

    vocabulary: Vocabulary
    rules: Collection[str]
    problems: ProblemList


def read_safeguards(
    document: Part, path: Path, vocabulary: Vocabulary, rules: Collection[str], problems: ProblemList
) -> Safeguards:
    """The safeguards as far as they can be read. Observations of cases are only checked when the cases run."""
    around = Surroundings(vocabulary, rules, problems)
    return Safeguards(
        promises={
            key: read_promise(key, part, here, around)
            for here, key, part in named(document, path, "promises", problems, key="key", pattern=KEY)
        },
        cases={
            identity: read_case(identity, part, here, around)
            for here, identity, part in named(document, path, "cases", problems, key="id", pattern=KEY)
        },
        intended={
            subject: read_intended(subject, part, here, problems)
            for here, subject, part in named(document, path, "intended", problems, key="subject", pattern=SUBJECT)
        },
    )


# Promises


def read_promise(key: str, part: Part, path: Path, around: Surroundings) -> Promise:
    vocabulary, problems = around.vocabulary, around.problems
    promise = Promise(
        key=key,
        kind=read_kind(part, path, problems),
        text=text(part, "text"),
        interventions=texts(part, "interventions"),
        stances=tuple(read_stances(part, path, problems)),
        settled=part.get("settled") is True,
        when=condition(part, path, "when", vocabulary.variables, problems) if "when" in part else None,
        known=texts(part, "known"),
    )
    check_names(promise.interventions, vocabulary.interventions, (*path, "interventions"), "intervention", problems)
    check_names(promise.known, vocabulary.findings, (*path, "known"), "finding", problems)
    for message in shape_faults(promise):
        problems.add(path, f"{key}: {message}")
    return promise


def read_kind(part: Part, path: Path, problems: ProblemList) -> PromiseKind:
    try:
        return PromiseKind(text(part, "kind"))
    except ValueError:
        kinds = ", ".join(kind.value for kind in PromiseKind)
        problems.add((*path, "kind"), f"“{text(part, 'kind')[:80]}” is no kind of promise. Kinds: {kinds}.")
        return PromiseKind.NEVER


def read_stances(part: Part, path: Path, problems: ProblemList) -> Iterator[Stance]:
    codes = [stance.value for stance in VERDICT_STANCES]
    for written in texts(part, "stances"):
        if written in codes:
            yield Stance(written)
        else:
            problems.add(
                (*path, "stances"), f"“{written[:80]}” is no stance of a verdict. Stances: {', '.join(codes)}."
            )


def shape_faults(promise: Promise) -> Iterator[str]:
    """The parts of a promise that its kind lacks, or that say nothing in it."""
    kind = promise.kind
    faults = (
        (not promise.text, "The promise has no sentence that says it."),
        (not promise.interventions, "Name the interventions that the promise is about."),
        (not promise.stances and kind is not PromiseKind.ALWAYS, f"A promise “{kind.value}” lists its stances."),
        (promise.when is None and kind is not PromiseKind.KNOWN, f"A promise “{kind.value}” needs `when`."),
        (promise.when is not None and kind is PromiseKind.KNOWN, "A promise “known” takes no `when`."),
        (not promise.known and kind is PromiseKind.KNOWN, "A promise “known” lists its findings in `known`."),
        (
            bool(promise.known) and kind in (PromiseKind.NEVER, PromiseKind.ONLY_WHERE),
            f"A promise “{kind.value}” takes no `known`.",
        ),
        (
            promise.when is not None and promise.when.is_always and kind is PromiseKind.ONLY_WHERE,
            "“Only where” with `always` promises nothing.",
        ),
    )
    return (message for is_fault, message in faults if is_fault)


# Cases


def read_case(identity: str, part: Part, path: Path, around: Surroundings) -> Case:
    problems = around.problems
    if not text(part, "title"):
        problems.add(path, f"{identity}: The case has no title.")
    if "as_of" not in part:
        problems.add(path, f"{identity}: The case needs as_of, the day of the evaluation.")
    day(part, path, "as_of", problems)
    findings = mapping_of(part, path, "findings", problems)
    check_keys(findings, around.vocabulary.findings, (*path, "findings"), "finding", problems)
    expect = mapping_of(part, path, "expect", problems)
    check_keys(expect, around.vocabulary.interventions, (*path, "expect"), "intervention", problems)
    return Case(
        id=identity,
        title=text(part, "title"),
        record={
            "id": identity,
            "as_of": part.get("as_of"),
            "findings": {code: exact(value, code, around.vocabulary) for code, value in findings.items()},
        },
        expect={code: read_expected(code, value, (*path, "expect"), problems) for code, value in expect.items()},
        expect_rules=read_expected_rules(part, path, around),
    )


def mapping_of(part: Part, path: Path, name: str, problems: ProblemList) -> Mapping[str, Any]:
    found = part.get(name)
    if isinstance(found, Mapping):
        return found
    problems.add((*path, name) if name in part else path, f"A case has {name}: names with what belongs to each.")
    return {}


def check_keys(names: Iterable[str], known: Collection[str], path: Path, kind: str, problems: ProblemList) -> None:
    """Note every name that does not exist, at its own place."""
    for name in names:
        if name not in known:
            check_names([name], known, (*path, name), kind, problems)


def exact(written: Any, code: str, vocabulary: Vocabulary) -> Any:
    """An observation as records take it: numbers, which may stand in documents as text, become exact decimals."""
    finding = vocabulary.findings.get(code)
    if finding is None or finding.kind is not Kind.NUMBER:
        return written
    if isinstance(written, Mapping):
        return {name: exact(value, code, vocabulary) if name == "value" else value for name, value in written.items()}
    return Decimal(written) if isinstance(written, str) and NUMBER.fullmatch(written) else written


def read_expected(code: str, written: Any, path: Path, problems: ProblemList) -> ExpectedVerdict:
    here = (*path, code)
    found = written if isinstance(written, Mapping) else {}
    stance, settled = found.get("stance"), found.get("settled")
    codes = [one.value for one in VERDICT_STANCES]
    if set(found) != set(VERDICT_FIELDS) or not isinstance(settled, bool):
        problems.add(here, f"{code}: an expected verdict has a stance (or null) and settled (true or false).")
    elif stance is not None and stance not in codes:
        problems.add(here, f"{code}: “{str(stance)[:80]}” is no stance of a verdict. Stances: {', '.join(codes)}.")
    return ExpectedVerdict(stance if isinstance(stance, str) else None, settled is True)


def read_expected_rules(part: Part, path: Path, around: Surroundings) -> dict[str, str]:
    if "expect_rules" not in part:
        return {}
    here = (*path, "expect_rules")
    written = mapping_of(part, path, "expect_rules", around.problems)
    check_keys(written, around.rules, here, "rule", around.problems)
    for key, result in written.items():
        if result not in RULE_RESULTS:
            hint = nearest(str(result), RULE_RESULTS)
            around.problems.add((*here, key), f"“{str(result)[:80]}” is no result of a rule.{hint}")
    return {key: str(result) for key, result in written.items()}


# Intended gaps


def read_intended(subject: str, part: Part, path: Path, problems: ProblemList) -> Intended:
    reason = text(part, "reason")
    if not reason:
        problems.add(path, f"{subject}: Say why this is intended.")
    return Intended(subject, reason)
