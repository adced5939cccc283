"""Reads the text of a condition, one alternative per line, and says precisely what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pathways.engine.conditions import ALWAYS, COMPARISONS, MOST_ALTERNATIVES, Alternative, Condition, Operator, Term
from pathways.engine.decimals import is_writable, product
from pathways.engine.problems import nearest
from pathways.engine.vocabulary import Derived, Finding, Kind, Unit

# The text of a condition names findings before all of them are read, so the parser needs only these of each.
Variables = Mapping[str, Finding | Derived]

TOKEN = re.compile(r"<=|>=|<|>|,|[^\s,<>]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
RESERVED = ("of", "and", "any", "not")  # names that no option may have
FOREIGN = {
    "or": "Write alternatives on lines of their own instead of `or`.",
    "(": "There are no parentheses: write one alternative per line.",
    ")": "There are no parentheses: write one alternative per line.",
    "not": "Negate a single term with `is not` or `is none of`; groups cannot be negated.",
    "=": "Write `is` instead of `=`.",
    "==": "Write `is` instead of `==`.",
    "!=": "Write `is not` instead of `!=`.",
}
LONGEST_TEXT = 20_000
MOST_FAULTY_LINES = 20
LONGEST_SHOWN = 80
UNKNOWN_TEST = "There is no test for unknown: advice never depends on not having looked."


@dataclass(frozen=True, slots=True)
class ConditionProblem:
    line: int
    column: int
    message: str


class ConditionError(ValueError):
    """The text is not a condition; ``problems`` holds line, column (from 1) and message of each fault."""

    def __init__(self, problems: tuple[ConditionProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"line {p.line}, column {p.column}: {p.message}" for p in problems))


class Fault(Exception):
    """The first fault in a line; the other lines are still read."""

    def __init__(self, column: int, message: str) -> None:
        self.column = column
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    column: int

    @property
    def shown(self) -> str:
        """The token for a message."""
        return self.text if len(self.text) <= LONGEST_SHOWN else f"{self.text[:LONGEST_SHOWN]}…"


def parse(text: str, variables: Variables) -> Condition:
    """Read a condition; raises ConditionError with every faulty line, as far as a person would read on."""
    if len(text) > LONGEST_TEXT:
        raise ConditionError((ConditionProblem(1, 1, f"The condition is longer than {LONGEST_TEXT:,} characters."),))
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MOST_ALTERNATIVES:
        message = f"The condition has {len(lines):,} lines; at most {MOST_ALTERNATIVES} can be read by a person."
        raise ConditionError((ConditionProblem(lines[MOST_ALTERNATIVES][0], 1, message),))
    if not lines:
        raise ConditionError((ConditionProblem(1, 1, "The condition is empty. Write `always` if it always holds."),))
    if [line.strip() for _, line in lines] == ["always"]:
        return ALWAYS
    alternatives: list[Alternative] = []
    problems: list[ConditionProblem] = []
    for number, line in lines:
        try:
            alternatives.append(LineReader(line, variables).alternative())
        except Fault as fault:
            problems.append(ConditionProblem(number, fault.column, fault.message))
        if len(problems) >= MOST_FAULTY_LINES:
            break
    if problems:
        raise ConditionError(tuple(problems))
    return Condition(tuple(dict.fromkeys(alternatives)))


def parse_term(text: str, variables: Variables) -> Term:
    """Read a single term, as `overtaken_by` wants it."""
    condition = parse(text, variables)
    terms = condition.terms()
    if len(condition.alternatives) != 1 or len(terms) != 1:
        raise ConditionError((ConditionProblem(1, 1, "Write exactly one term here."),))
    return terms[0]


class LineReader:
    """Reads one alternative, token by token."""

    def __init__(self, line: str, variables: Variables) -> None:
        self.tokens = [Token(match.group(), match.start() + 1) for match in TOKEN.finditer(line)]
        self.end = len(line.rstrip()) + 1
        self.variables = variables
        self.position = 0

    def alternative(self) -> Alternative:
        terms = [self.term()]
        while self.position < len(self.tokens):
            self.expect("and")
            terms.append(self.term())
        return Alternative(tuple(dict.fromkeys(terms)))

    def peek(self) -> str | None:
        return self.tokens[self.position].text if self.position < len(self.tokens) else None

    def take(self, wanted: str) -> Token:
        if self.position >= len(self.tokens):
            raise Fault(self.end, f"The line ends where {wanted} should stand.")
        token = self.tokens[self.position]
        self.position += 1
        return token

    def expect(self, word: str) -> None:
        token = self.take(f"`{word}`")
        if token.text != word:
            hint = FOREIGN.get(token.text, "")
            raise Fault(token.column, f"`{word}` should stand here, not `{token.shown}`. {hint}".rstrip())

    def term(self) -> Term:
        token = self.take("the name of a finding")
        variable = self.variables.get(token.text)
        if variable is None:
            raise Fault(token.column, self.unknown_name(token))
        return self.test_of(variable)

    def unknown_name(self, token: Token) -> str:
        name = token.text
        if name == "always":
            return "`always` stands alone, without other terms or lines."
        hint = FOREIGN.get(name) or FOREIGN.get(name[:1])
        if hint:
            return hint
        return f"There is no finding `{token.shown}`.{nearest(name, self.variables)}"

    def test_of(self, variable: Finding | Derived) -> Term:
        is_number = isinstance(variable, Finding) and variable.kind is Kind.NUMBER
        token = self.take("an operator")
        comparison = next((operator for operator in COMPARISONS if operator.value == token.text), None)
        if comparison is not None:
            if not is_number or not isinstance(variable, Finding):
                raise Fault(token.column, f"`{variable.code}` is not a number: test it with `is`.")
            return self.comparison(variable, comparison)
        if token.text != "is":
            hint = FOREIGN.get(token.text, "Operators are is, is not, is any of, is none of, <, <=, >, >=.")
            raise Fault(token.column, f"`{token.shown}` is no operator. {hint}")
        if is_number:
            raise Fault(token.column, f"`{variable.code}` is a number: compare it with <, <=, > or >=.")
        return self.choice(variable)

    def choice(self, variable: Finding | Derived) -> Term:
        following = self.tokens[self.position + 1].text if self.position + 1 < len(self.tokens) else None
        if self.peek() in ("any", "none") and following == "of":
            operator = Operator.IS_ANY_OF if self.peek() == "any" else Operator.IS_NONE_OF
            self.position += 2
            return Term(variable.code, operator, self.options(variable))
        operator = Operator.IS
        if self.peek() == "not":
            operator = Operator.IS_NOT
            self.position += 1
        return Term(variable.code, operator, (self.option(variable),))

    def options(self, variable: Finding | Derived) -> tuple[str, ...]:
        values = [self.option(variable)]
        while self.peek() == ",":
            self.position += 1
            values.append(self.option(variable))
        return tuple(dict.fromkeys(values))

    def option(self, variable: Finding | Derived) -> str:
        token = self.take(f"an option of {variable.code}")
        codes = variable.option_codes()
        if token.text in codes:
            return token.text
        if token.text == "any":
            raise Fault(token.column, "`any` is followed by `of`: `is any of a, b`.")
        if token.text in ("unknown", "known", "missing", "recorded"):
            raise Fault(token.column, UNKNOWN_TEST)
        hint = nearest(token.text, codes)
        raise Fault(token.column, f"`{variable.code}` has no option `{token.shown}`.{hint}")

    def comparison(self, finding: Finding, operator: Operator) -> Term:
        token = self.take("a number")
        if not NUMBER.fullmatch(token.text) or not is_writable(Decimal(token.text)):
            raise Fault(token.column, f"`{token.shown}` is not a number. Write it as 70 or 0.5, then the unit.")
        number = Decimal(token.text)
        unit = self.unit(finding)
        threshold = product(number, unit.factor) if unit else number
        return Term(finding.code, operator, (), number, unit.code if unit else None, threshold)

    def unit(self, finding: Finding) -> Unit | None:
        written = self.peek()
        if written in (None, "and"):
            if finding.units:
                column = self.tokens[self.position].column if written else self.end
                units = ", ".join(unit.code for unit in finding.units)
                raise Fault(column, f"The unit is missing. `{finding.code}` is given in {units}.")
            return None
        token = self.take("a unit")
        if not finding.units:
            hint = FOREIGN.get(token.text, "")
            raise Fault(
                token.column, f"`{finding.code}` has no unit; `{token.shown}` should not stand here. {hint}".rstrip()
            )
        unit = finding.unit(token.text)
        if unit is None:
            hint = nearest(token.text, [unit.code for unit in finding.units])
            raise Fault(token.column, f"`{finding.code}` is not given in `{token.shown}`.{hint}")
        return unit
