"""What the content promises: never-events and other promises to be proved, worked cases, and gaps that are meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pathways.engine.conditions import Condition
from pathways.engine.stances import Stance


class PromiseKind(Enum):
    """How a promise speaks of every possible patient, with known and unknown findings.

    A verdict is *meant* by a promise when its intervention and its stance are listed and, where the promise is about
    settled verdicts only, it is settled.

    NEVER        while ``when`` is true, no verdict that is meant is given.
    ONLY_WHERE   a verdict that is meant is given only where ``when`` is true.
    KNOWN        a verdict that is meant is given only where every finding of ``known`` is known: current, or not
                 applicable.
    ALWAYS       where ``when`` is true and every finding of ``known`` is known, each intervention has a verdict that
                 is meant; without listed stances any stance is.
    """

    NEVER = "never"
    ONLY_WHERE = "only where"
    KNOWN = "known"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Promise:
    key: str
    kind: PromiseKind
    text: str
    interventions: tuple[str, ...]
    stances: tuple[Stance, ...] = ()
    settled: bool = False
    when: Condition | None = None
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedVerdict:
    """``stance`` is the stance's code, or None for "not addressed"."""

    stance: str | None
    settled: bool


@dataclass(frozen=True)
class Case:
    """An invented patient and the verdicts the content must give.

    ``record`` is the input record of `records.read_record`. An intervention that is not listed in ``expect`` must have
    no stance and be settled; ``expect_rules`` may say of single rules whether they apply.
    """

    id: str
    title: str
    record: Mapping[str, Any]
    expect: Mapping[str, ExpectedVerdict] = field(default_factory=dict)
    expect_rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intended:
    """A hole or an overlap between thresholds that a person has marked as intended; ``subject`` names it."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Safeguards:
    promises: dict[str, Promise] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    intended: dict[str, Intended] = field(default_factory=dict)
