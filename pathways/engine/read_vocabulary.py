"""Reads the vocabulary part of a release document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from pathways.engine.condition_language import RESERVED, ConditionError, parse_term
from pathways.engine.conditions import ALWAYS, Term
from pathways.engine.documents import Part, condition, named, number, text, texts
from pathways.engine.problems import Path, ProblemList
from pathways.engine.read_renamings import read_renamings
from pathways.engine.terms import value_test
from pathways.engine.vocabulary import (
    YES_AND_NO,
    CannotReturn,
    Derived,
    Finding,
    Intervention,
    Kind,
    Option,
    Unit,
    Variable,
    Vocabulary,
)


def read_vocabulary(document: Part, path: Path, problems: ProblemList) -> Vocabulary:
    """The vocabulary as far as it can be read; what is wrong is added to ``problems``."""
    places: dict[str, tuple[Path, Part]] = {}
    findings: dict[str, Finding] = {}
    for here, code, part in named(document, path, "findings", problems):
        findings[code] = bare_finding(code, part, here, problems)
        places[code] = (here, part)
    derived: dict[str, Derived] = {}
    for here, code, part in named(document, path, "derived", problems):
        if code in findings:
            problems.add((*here, "code"), f"“{code}” is the code of a finding already.")
            continue
        derived[code] = bare_derived(code, part, here, problems)
        places[code] = (here, part)
    variables: dict[str, Variable] = {**findings, **derived}
    for code, finding in findings.items():
        here, part = places[code]
        findings[code] = with_conditions(finding, part, here, variables, problems)
    for code, computed in derived.items():
        here, part = places[code]
        derived[code] = replace(computed, when=condition(part, here, "when", variables, problems))
    mark_overtaking(findings)
    interventions = {
        code: Intervention(code, text(part, "label"), text(part, "action"))
        for _, code, part in named(document, path, "interventions", problems)
    }
    vocabulary = Vocabulary(findings, derived, interventions)
    vocabulary = replace(vocabulary, renamed=read_renamings(document, path, vocabulary, problems))
    check_cycles(vocabulary, places, problems)
    return vocabulary


def bare_finding(code: str, part: Part, path: Path, problems: ProblemList) -> Finding:
    """A finding without the conditions that name other findings."""
    try:
        kind = Kind(text(part, "kind"))
    except ValueError:
        problems.add((*path, "kind"), "The kind is one of choice, yes_no, number.")
        kind = Kind.CHOICE
    finding = Finding(
        code=code,
        kind=kind,
        group=text(part, "group"),
        label=text(part, "label"),
        help=text(part, "help"),
        options=YES_AND_NO if kind is Kind.YES_NO else read_options(part, path, problems),
        event=part.get("event") is True,
        valid_days=read_valid_days(part, path, problems),
        minimum=number(part, path, "minimum", problems),
        maximum=number(part, path, "maximum", problems),
        step=number(part, path, "step", problems),
        units=read_units(part, path, problems),
        date_label=text(part, "date_label") or text(part, "event_label"),
    )
    check_kind(finding, part, path, problems)
    return replace(finding, cannot_return=read_cannot_return(finding, part, path, problems))


def check_kind(finding: Finding, part: Part, path: Path, problems: ProblemList) -> None:
    """Options belong to choices; units, range and steps to numbers."""
    is_number = finding.kind is Kind.NUMBER
    if finding.kind is Kind.CHOICE and len(finding.options) <= 1:
        problems.add(path, f"“{finding.code}” is a choice and needs at least two options.")
    if finding.kind is not Kind.CHOICE and part.get("options"):
        problems.add((*path, "options"), f"“{finding.code}” is not a choice and takes no options.")
    for name in ("minimum", "maximum", "step", "units"):
        if part.get(name) is not None and not is_number:
            problems.add((*path, name), f"“{finding.code}” is not a number and takes no {name}.")
    if finding.step is not None and finding.step <= 0:
        problems.add((*path, "step"), "The step must be above zero.")
    if finding.minimum is not None and finding.maximum is not None and finding.minimum > finding.maximum:
        problems.add((*path, "maximum"), "The maximum is below the minimum.")


def read_options(part: Part, path: Path, problems: ProblemList) -> tuple[Option, ...]:
    options = []
    for here, code, option in named(part, path, "options", problems):
        if code in RESERVED:
            problems.add((*here, "code"), f"No option may be called “{code}”.")
        options.append(Option(code, text(option, "label"), text(option, "help")))
    return tuple(options)


def read_valid_days(part: Part, path: Path, problems: ProblemList) -> int | None:
    days = part.get("valid_days")
    if days is None:
        return None
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        problems.add((*path, "valid_days"), "Valid days are a whole number from 0.")
        return None
    return days


def read_units(part: Part, path: Path, problems: ProblemList) -> tuple[Unit, ...]:
    units: list[Unit] = []
    written = part.get("units")
    for index, entry in enumerate(written if isinstance(written, list) else []):
        here = (*path, "units", index)
        code = text(entry, "code") if isinstance(entry, Mapping) else ""
        factor = number(entry, here, "factor", problems) if isinstance(entry, Mapping) else None
        if not code or " " in code or "," in code or any(unit.code == code for unit in units):
            problems.add(here, f"The unit “{code}” is missing, repeated, or holds a blank or a comma.")
        elif factor is None or factor <= 0:
            problems.add((*here, "factor"), f"The factor of {code} must be a number above zero.")
        else:
            units.append(Unit(code, factor))
    if units and units[0].factor != Decimal(1):
        problems.add((*path, "units"), "The first unit is the canonical one: its factor is 1.")
    return tuple(units)


def read_cannot_return(finding: Finding, part: Part, path: Path, problems: ProblemList) -> CannotReturn | None:
    written = part.get("cannot_return")
    if not isinstance(written, Mapping):
        return None
    barred = CannotReturn(texts(written, "from"), texts(written, "to"), text(written, "instead"))
    for code in barred.before + barred.after:
        if code not in finding.option_codes():
            problems.add((*path, "cannot_return"), f"“{finding.code}” has no option “{code}”.")
    return barred


def with_conditions(
    finding: Finding, part: Part, path: Path, variables: Mapping[str, Variable], problems: ProblemList
) -> Finding:
    asked_when = condition(part, path, "asked_when", variables, problems) if "asked_when" in part else None
    overtaken_by = []
    for index, written in enumerate(texts(part, "overtaken_by")):
        here = (*path, "overtaken_by", index)
        term = read_overturner(finding, written, here, variables, problems)
        if term is not None:
            overtaken_by.append(term)
    return replace(
        finding,
        asked_when=None if asked_when is not None and asked_when == ALWAYS else asked_when,
        overtaken_by=tuple(overtaken_by),
    )


def mark_overtaking(findings: dict[str, Finding]) -> None:
    """Note at every finding which of its options overtake others."""
    terms = [term for finding in findings.values() for term in finding.overtaken_by]
    for code, finding in findings.items():
        tests = [value_test(term) for term in terms if term.finding == code]
        overtakes = tuple(option for option in finding.option_codes() if any(test(option) for test in tests))
        findings[code] = replace(finding, overtakes=overtakes)


def read_overturner(
    finding: Finding, written: str, path: Path, variables: Mapping[str, Variable], problems: ProblemList
) -> Term | None:
    try:
        term = parse_term(written, variables)
    except ConditionError as error:
        for fault in error.problems:
            problems.add(path, fault.message, fault.line, fault.column)
        return None
    if term.finding == finding.code or isinstance(variables[term.finding], Derived):
        problems.add(path, "Only another recorded finding can overtake this one.")
        return None
    return term


def bare_derived(code: str, part: Part, path: Path, problems: ProblemList) -> Derived:
    options = read_options(part, path, problems)
    value, otherwise = text(part, "value"), text(part, "otherwise")
    codes = [option.code for option in options]
    if value not in codes or otherwise not in codes or value == otherwise:
        problems.add(path, f"“{code}” needs two different options as value and otherwise.")
    return Derived(code, text(part, "label"), options, value, ALWAYS, otherwise)


def dependencies(vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """Which variables must be settled before which, for "asked when" and derived findings."""
    graph: dict[str, frozenset[str]] = {}
    for code, finding in vocabulary.findings.items():
        graph[code] = finding.asked_when.findings() if finding.asked_when else frozenset()
    for code, derived in vocabulary.derived.items():
        graph[code] = derived.when.findings()
    return graph


def check_cycles(vocabulary: Vocabulary, places: Mapping[str, tuple[Path, Part]], problems: ProblemList) -> None:
    try:
        TopologicalSorter(dependencies(vocabulary)).prepare()
    except CycleError as error:
        cycle = [str(code) for code in error.args[1]]
        path = places[cycle[0]][0]
        problems.add(path, f"These findings depend on each other in a circle: {' → '.join(cycle)}.")


def evaluation_order(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every variable after those it depends on."""
    return tuple(TopologicalSorter(dependencies(vocabulary)).static_order())
