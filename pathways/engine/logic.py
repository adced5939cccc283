"""Formulas: what the solver offers, as far as a proof needs it; the only module that knows the solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

# True, False, or an expression of the solver, whose types are not declared.
Formula = Any


class Logic:
    """Builds formulas in a context of its own, so that two proofs never meet."""

    def __init__(self) -> None:
        import z3  # type: ignore[import-untyped]  # only where something is proved: loading it takes time

        self.z3 = z3
        self.context = z3.Context()
        self.version = f"z3 {z3.get_version_string()}"

    def boolean(self, name: str) -> Formula:
        return self.z3.Bool(name, self.context)

    def integer(self, name: str) -> Formula:
        return self.z3.Int(name, self.context)

    def every(self, parts: Iterable[Formula]) -> Formula:
        kept = {}
        for part in parts:
            if part is False:
                return False
            if part is not True:
                kept[part.get_id()] = part
        return self.joined(self.z3.Z3_mk_and, list(kept.values())) if kept else True

    def some(self, parts: Iterable[Formula]) -> Formula:
        kept = {}
        for part in parts:
            if part is True:
                return True
            if part is not False:
                kept[part.get_id()] = part
        return self.joined(self.z3.Z3_mk_or, list(kept.values())) if kept else False

    def joined(self, make: Callable[..., Any], parts: list[Formula]) -> Formula:
        """As `And` and `Or` do, without their look at the sort of every part, which takes most of a proof."""
        if len(parts) == 1:
            return parts[0]
        arguments = (self.z3.Ast * len(parts))(*(part.as_ast() for part in parts))
        return self.z3.BoolRef(make(self.context.ref(), len(parts), arguments), self.context)

    def is_true_in(self, model: Any, unknown: Formula) -> bool:
        """Whether a model makes an unknown true, not looking at what kind of expression it is."""
        found = self.z3.Z3_model_get_const_interp(self.context.ref(), model.model, unknown.decl().ast)
        return bool(found) and self.z3.Z3_get_bool_value(self.context.ref(), found) == self.z3.Z3_L_TRUE

    def negation(self, part: Formula) -> Formula:
        return not part if isinstance(part, bool) else self.z3.Not(part)
