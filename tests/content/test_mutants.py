"""Every dangerous change of the shipped content by a single step is caught by a case or by a promise.

A change is dangerous when some patient gets milder advice from it on any intervention, or settled advice where the
original is not settled; the solver decides that. A survivor is mended by another case or promise, never by this test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from pathways.engine.cases import run_case
from pathways.engine.danger import milder_patient
from pathways.engine.prove import broken_promises
from pathways.engine.release import Release
from pathways.engine.safeguards import Safeguards
from tests.content.mutants import (
    Mutant,
    asking_mutants,
    currency_mutants,
    derived_mutants,
    mutants,
    rule_mutants,
    scope_mutants,
    with_rule,
)
from tests.content.shipped_cases import SHIPPED

pytestmark = [pytest.mark.slow, pytest.mark.only_on("sqlite")]

RELEASE = SHIPPED.release
FAMILIES: dict[str, Callable[[Release], Iterator[Mutant]]] = {
    "scopes": scope_mutants,
    "asked when": asking_mutants,
    "age and overtaking": currency_mutants,
    "derived findings": derived_mutants,
}


def is_caught(mutant: Release) -> bool:
    if any(not run_case(mutant, case).passed for case in mutant.safeguards.cases.values()):
        return True
    return bool(broken_promises(mutant))


def survivors(found: Iterator[Mutant]) -> list[str]:
    return [
        f"{mutant.name}: {witness.record['findings']}"
        for mutant in found
        if not is_caught(mutant.release) and (witness := milder_patient(RELEASE, mutant.release)) is not None
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_dangerous_change_survives(family: str) -> None:
    assert survivors(FAMILIES[family](RELEASE)) == []


@pytest.mark.parametrize("pathway", [pathway.code for pathway in RELEASE.pathways])
def test_no_dangerous_change_of_a_rule_survives(pathway: str) -> None:
    of_pathway = {rule.key for rule in RELEASE.rules.values() if rule.pathway == pathway}
    found = (mutant for mutant in rule_mutants(RELEASE) if mutant.name.partition(":")[0] in of_pathway)
    assert survivors(found) == []


def test_every_kind_of_step_is_tried() -> None:
    """The numbers may grow with the content; if one falls, a kind of change is not tried any more."""
    assert sum(1 for _ in mutants(RELEASE)) >= 1000
    assert {name: sum(1 for _ in family(RELEASE)) > 10 for name, family in FAMILIES.items()} == dict.fromkeys(
        FAMILIES, True
    )


def test_without_promises_and_cases_a_dangerous_change_does_survive() -> None:
    dropped = with_rule(replace(RELEASE, safeguards=Safeguards()), "bleed-it-withhold", None)
    assert not is_caught(dropped)
    assert milder_patient(RELEASE, dropped) is not None
