"""Faults that are put into the application on purpose: a walk that does not find them sees nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

from audit.events import Event
from patients.services.assessments import drafts


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    sentence: str
    replaced: dict[str, Callable[..., Any]]  # by the name in the module that saves drafts

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with ExitStack() as stack:
            for name, other in self.replaced.items():
                stack.enter_context(mock.patch.object(drafts, name, other))
            yield


def logged_as_reading(event: Event, **told: Any) -> Any:
    return RECORD(Event.ASSESSMENT_VIEWED, **told)


def not_compared(*_: Any, **__: Any) -> tuple[()]:
    return ()


def blank_is_no(finding: Any, typed: Any, *others: Any) -> Any:
    has_no = any(option.code == "no" for option in finding.options)
    return ACCEPT(finding, replace(typed, value="no") if has_no and not typed.value else typed, *others)


RECORD, ACCEPT = drafts.record, drafts.accept
MUTANTS = (
    Mutant("unlogged", "A save that is logged as a reading", {"record": logged_as_reading}),
    Mutant("foreign", "A form of another person or patient is taken", {"check_belongs_here": not_compared}),
    Mutant("overwritten", "An old form overwrites", {"check_is_fresh": not_compared}),
    Mutant("blank", "A blank answer becomes “no”", {"accept": blank_is_no}),
)
