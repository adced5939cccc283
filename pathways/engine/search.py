"""Looks for a patient of whom a formula is true, and for one with as few findings as possible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pathways.engine.logic import Formula, Logic
from pathways.engine.proofs import NotDecided
from pathways.engine.regions import Region, canonical_unit
from pathways.engine.release import Release
from pathways.engine.symbolic import Anybody
from pathways.engine.terms import Value

AS_OF = date(2026, 11, 22)
OLDEST = (AS_OF - date.min).days


@dataclass(frozen=True, slots=True)
class Patient:
    """The region of each recorded finding, and its age in days where it matters."""

    regions: dict[str, int]
    ages: dict[str, int]


class Search:
    """One solver that is asked many questions about anybody."""

    def __init__(self, logic: Logic, anybody: Anybody, seconds: float) -> None:
        self.logic = logic
        self.anybody = anybody
        self.seconds = seconds
        self.solver = self.new_solver()

    def new_solver(self) -> Any:
        z3, context = self.logic.z3, self.logic.context
        solver = z3.Solver(ctx=context) if self.anybody.age else z3.SolverFor("QF_FD", ctx=context)
        solver.set("timeout", max(1, int(self.seconds * 1000)))
        solver.add(*self.anybody.background)
        return solver

    def anyone(self, formula: Formula) -> Patient | None:
        """A patient of whom the formula is true; raises NotDecided."""
        if formula is False:
            return None
        self.solver.push()
        try:
            if formula is not True:
                self.solver.add(formula)
            return self.answer()
        finally:
            self.solver.pop()

    def fewest(self, formula: Formula) -> Patient | None:
        """A patient with the fewest recorded findings; raises NotDecided."""
        found = self.anyone(formula)
        recorded = [part for part in self.anybody.recorded.values() if not isinstance(part, bool)]
        while found is not None and found.regions:
            fewer = self.logic.z3.AtMost(*recorded, len(found.regions) - 1)
            smaller = self.anyone(self.logic.every([formula, fewer]))
            if smaller is None:
                break
            found = smaller
        return found

    def answer(self) -> Patient | None:
        z3 = self.logic.z3
        result = self.solver.check()
        if result == z3.unsat:
            return None
        if result != z3.sat:
            raise NotDecided
        model = self.solver.model()
        regions = {
            code: position
            for code, holds in self.anybody.holds.items()
            for position, hold in enumerate(holds)
            if self.logic.is_true_in(model, hold)
        }
        ages = {
            code: model.eval(age, model_completion=True).as_long()
            for code, age in self.anybody.age.items()
            if code in regions
        }
        return Patient(regions, ages)


def record_of(release: Release, regions: dict[str, tuple[Region, ...]], patient: Patient) -> dict[str, Any]:
    """The patient as `records.read_record` takes it."""
    findings = {
        code: written(
            regions[code][patient.regions[code]].value,
            canonical_unit(finding),
            patient.ages.get(code, 0),
        )
        for code, finding in release.vocabulary.findings.items()
        if code in patient.regions
    }
    return {"id": "witness", "as_of": AS_OF.isoformat(), "findings": findings}


def written(value: Value, unit: str | None, age: int) -> Any:
    """A value in the shortest form that says it; a number as an int where it is whole."""
    short = int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
    said: dict[str, Any] = {"value": short}
    if unit is not None:
        said["unit"] = unit
    if age:
        said["observed_on"] = (AS_OF - timedelta(days=age)).isoformat()
    return said if len(said) > 1 else short
