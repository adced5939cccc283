"""Evaluates the known patients of a release, its worked cases, with the engine of this process."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic

from pathways.engine.cases import CaseResult, run_case
from pathways.engine.release import Release
from pathways.engine.safeguards import Case

logger = logging.getLogger(__name__)

CHECKED_AGAIN_AFTER = 60 * 60  # seconds by the monotonic clock, which nobody can set


@dataclass(frozen=True, slots=True)
class Differing:
    """A known patient who is not advised as expected. Worked cases are invented, nobody is named."""

    case: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    cases: int
    differing: tuple[Differing, ...]

    @property
    def passed(self) -> bool:
        return not self.differing

    @property
    def names(self) -> str:
        return ", ".join(dict.fromkeys(one.case for one in self.differing))


_of_this_process: dict[str, tuple[float, Outcome]] = {}


def outcome_of(release: Release) -> Outcome:
    """Every worked case, whatever happens in one of them. What is expected is what the gate held at publishing."""
    cases = release.safeguards.cases.values()
    return Outcome(len(cases), tuple(one for case in cases if (one := differing(release, case))))


def differing(release: Release, case: Case) -> Differing | None:
    try:
        result = run_case(release, case)
    except Exception as fault:  # noqa: BLE001 (a fault of any kind is the finding)
        return Differing(case.id, f"{case.title}: cannot be evaluated ({type(fault).__name__})")
    return None if result.passed else Differing(case.id, f"{case.title}: {words_of(result)}")


def words_of(result: CaseResult) -> str:
    return result.fault or "; ".join(difference.text for difference in result.differences)


def own_outcome(release: Release) -> Outcome:
    """Of this process: looked at before the first advice and then hourly. Once it has differed it stays so.

    Safety: a fault that comes and goes is a fault; only a new process starts without it. HZ-65
    """
    known = _of_this_process.get(release.sha256)
    if known is not None and (not known[1].passed or monotonic() - known[0] < CHECKED_AGAIN_AFTER):
        return known[1]
    outcome = outcome_of(release)
    _of_this_process[release.sha256] = (monotonic(), outcome)
    if not outcome.passed:
        logger.critical(
            "This process advises known patients of release %s otherwise than expected, and advises nobody: %s",
            release.sha256[:12],
            outcome.names,
        )
    return outcome


def forget_own_outcomes() -> None:
    """For tests that put a fault in and take it out again."""
    _of_this_process.clear()
