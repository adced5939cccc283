"""The worked cases in the report: those that fail, those that were changed, and the rules that none of them reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pathways.editing.entries import same_text
from pathways.engine.cases import NOT_LISTED, RESULT_WORDS, CaseResult, verdict_in_words
from pathways.engine.documents import Part, parts, text
from pathways.engine.release import Release
from pathways.engine.safeguards import ExpectedVerdict
from pathways.engine.vocabulary import Vocabulary
from pathways.gate.places import place_of_rule
from pathways.gate.report import Level, Line

COMPARED = ("as_of", "findings", "expect", "expect_rules")


def check_cases(results: tuple[CaseResult, ...]) -> Iterator[Line]:
    failing = [result for result in results if not result.passed]
    yield from (failing_line(result) for result in failing)
    if not results:
        yield Line(Level.WARNING, "case-failing", "There are no cases. Add one for each rule.", "safeguards")
    elif not failing:
        yield Line(Level.PASSED, "case-failing", f"{len(results)} cases pass.", "safeguards")


def failing_line(result: CaseResult) -> Line:
    case = result.case
    differences = [difference.text for difference in result.differences]
    reason = f"cannot be run: {result.fault}" if result.fault else f"fails: {'; '.join(differences)}."
    text = f"Case {case.id} ({case.title}) {reason}"
    details = {"case": case.id, "fault": result.fault, "differences": differences}
    return Line(Level.BLOCKING, "case-failing", text, "safeguards", f"cases/{case.id}", details)


# Against the release in force


def check_changed_cases(
    document: Mapping[str, Any], baseline: Mapping[str, Any] | None, release: Release, accepted: frozenset[str]
) -> Iterator[Line]:
    if baseline is None:
        yield Line(Level.PASSED, "case-changed", "There is no release in force to compare the cases with.")
        return
    before, now = cases_by_id(baseline), cases_by_id(document)
    lines = [
        change_line(identity, case, now.get(identity), release.vocabulary, accepted)
        for identity, case in before.items()
        if changed(case, now.get(identity))
    ]
    yield from lines
    if not lines:
        text = f"{len(before)} cases of the release in force are unchanged."
        yield Line(Level.PASSED, "case-changed", text, "safeguards")


def cases_by_id(document: Mapping[str, Any]) -> dict[str, Part]:
    safeguards = document.get("safeguards")
    cases = parts(safeguards, "cases") if isinstance(safeguards, Mapping) else []
    return {text(case, "id"): case for case in cases}


def changed(before: Part, now: Part | None) -> bool:
    """Whether the patient or what is expected is another one; a new title changes nothing."""
    return now is None or not all(same_text(before.get(name) or {}, now.get(name) or {}) for name in COMPARED)


def change_line(
    identity: str, before: Part, now: Part | None, vocabulary: Vocabulary, accepted: frozenset[str]
) -> Line:
    subject = f"case/{identity}"
    changes = list(changes_in_words(before, now, vocabulary)) if now is not None else []
    kind = "changed" if now is not None else "removed"
    name = f"Case {identity} ({text(before, 'title')}) was {kind}"
    what = f": {'; '.join(changes)}" if changes else ""
    is_accepted = subject in accepted
    verdict = "Accepted." if is_accepted else "Not yet accepted: say why it is right, or put the case back."
    details = {"case": identity, "subject": subject, "kind": kind, "changes": changes}
    level = Level.PASSED if is_accepted else Level.BLOCKING
    entry = f"cases/{identity}" if now is not None else ""
    return Line(level, f"case-{kind}", f"{name}{what}. {verdict}", "safeguards", entry, details)


def changes_in_words(before: Part, now: Part, vocabulary: Vocabulary) -> Iterator[str]:
    if before.get("as_of") != now.get("as_of"):
        yield f"the day, {before.get('as_of')} → {now.get('as_of')}"
    for code, old, new in changes_of(before, now, "findings"):
        finding = vocabulary.findings.get(code)
        yield f"{finding.label if finding else code}, {value_words(old)} → {value_words(new)}"
    for code, old, new in changes_of(before, now, "expect"):
        intervention = vocabulary.interventions.get(code)
        yield f"{intervention.label if intervention else code}, {expected_words(old)} → {expected_words(new)}"
    for key, old, new in changes_of(before, now, "expect_rules"):
        yield f"rule {key}, {result_words(old)} → {result_words(new)}"


def changes_of(before: Part, now: Part, name: str) -> Iterator[tuple[str, Any, Any]]:
    old, new = mapping_of(before, name), mapping_of(now, name)
    for key in {**old, **new}:
        if not same_text(old.get(key), new.get(key)):
            yield key, old.get(key), new.get(key)


def mapping_of(case: Part, name: str) -> Mapping[str, Any]:
    found = case.get(name)
    return found if isinstance(found, Mapping) else {}


def value_words(written: Any) -> str:
    if written is None:
        return "not recorded"
    if not isinstance(written, Mapping):
        return str(written)
    unit = f" {written['unit']}" if "unit" in written else ""
    day = f" on {written['observed_on']}" if "observed_on" in written else ""
    return f"{written.get('value')}{unit}{day}"


def expected_words(written: Any) -> str:
    if not isinstance(written, Mapping):
        return verdict_in_words(NOT_LISTED)
    return verdict_in_words(ExpectedVerdict(written.get("stance"), written.get("settled") is True))


def result_words(written: Any) -> str:
    return RESULT_WORDS.get(written, str(written)) if written is not None else "nothing expected"


# Coverage


def check_coverage(release: Release, results: tuple[CaseResult, ...]) -> Iterator[Line]:
    """Each rule is true in a case: a rule that no case reaches can change unseen."""
    if not results:
        return
    reached = frozenset[str]().union(*(result.applying for result in results))
    unreached = [rule for rule in release.rules.values() if rule.key not in reached]
    for rule in unreached:
        place = place_of_rule(rule)
        text = f"No case has a patient to whom {rule.key} applies. Add one."
        yield Line(Level.WARNING, "rule-without-case", text, place.part, place.entry)
    if not unreached:
        text = f"Each of the {len(release.rules)} rules applies in at least one case."
        yield Line(Level.PASSED, "rule-without-case", text)
