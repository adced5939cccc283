"""The vocabulary: the findings that may be recorded, what is derived from them, and the interventions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathways.engine.conditions import Condition, Term


class Kind(Enum):
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str
    help: str = ""


YES_AND_NO = (Option("yes", "Yes"), Option("no", "No"))


@dataclass(frozen=True, slots=True)
class Unit:
    """``factor`` times a value in this unit is the value in the canonical unit, exactly."""

    code: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class CannotReturn:
    """Once one of ``before`` was recorded, none of ``after`` may follow; ``instead`` says what to do."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a clinician may record. Every finding may be missing, and missing is unknown.

    ``overtakes`` holds the options that make earlier observations of some other finding count no more.
    """

    code: str
    kind: Kind
    group: str
    label: str
    help: str = ""
    options: tuple[Option, ...] = ()
    event: bool = False
    asked_when: Condition | None = None
    valid_days: int | None = None
    overtaken_by: tuple[Term, ...] = ()
    cannot_return: CannotReturn | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal | None = None
    units: tuple[Unit, ...] = ()
    date_label: str = ""
    overtakes: tuple[str, ...] = ()

    def needs_own_date(self, value: str) -> bool:
        """Whether the day of this answer must be asked for: the day of an event that happened, or that ages.

        "No device" is the state of today, like any observation; the day that a device was placed is not.
        """
        return self.event and (value in self.overtakes or self.valid_days is not None)

    def option_codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)

    def label_of(self, value: str | Decimal) -> str:
        """The words for a value in the canonical unit."""
        return label_of(self.options, value, self.units[0].code if self.units else "")

    def unit(self, code: str) -> Unit | None:
        return next((unit for unit in self.units if unit.code == code), None)


@dataclass(frozen=True, slots=True)
class Derived:
    """A finding computed from others: ``value`` while ``when`` is true, ``otherwise`` while it is false."""

    code: str
    label: str
    options: tuple[Option, ...]
    value: str
    when: Condition
    otherwise: str

    def option_codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)

    def label_of(self, value: str | Decimal) -> str:
        return label_of(self.options, value, "")


Variable = Finding | Derived


@dataclass(frozen=True, slots=True)
class Intervention:
    """Something that can be done for a patient. ``action`` is the verb phrase that follows "Do" and "Do not"."""

    code: str
    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """How answers stored under an earlier code are read.

    Without ``option`` the finding ``finding`` is now called ``to``. With it, that option of ``finding`` is now called
    ``to``; without ``to`` the answer is set aside: kept in the record, unknown to the rules. Renamings are applied in
    their order, each to what the ones before have left.
    """

    key: str
    finding: str
    reason: str
    to: str | None = None
    option: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """Findings, derived findings and interventions, in the order of the document."""

    findings: dict[str, Finding]
    derived: dict[str, Derived]
    interventions: dict[str, Intervention]
    renamed: tuple[Renaming, ...] = ()

    def variable(self, code: str) -> Variable:
        return self.findings.get(code) or self.derived[code]

    @cached_property
    def variables(self) -> dict[str, Variable]:
        return {**self.findings, **self.derived}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.group for finding in self.findings.values()))

    @cached_property
    def position(self) -> dict[str, int]:
        return {code: position for position, code in enumerate(self.findings)}

    def in_order(self, codes: set[str] | frozenset[str]) -> tuple[str, ...]:
        return tuple(sorted(codes, key=self.position.__getitem__))


def label_of(options: tuple[Option, ...], value: str | Decimal, unit: str) -> str:
    if isinstance(value, Decimal):
        number = format(value, "f")
        return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number
    return next((option.label for option in options if option.code == value), value)
