"""The page about known patients: what keeps advice stopped, and the last checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathways.decision_support import when
from pathways.models import CanaryAcknowledgement, CanaryRun
from pathways.moments import short_moment
from pathways.selectors.canaries import CanaryState, KnownPatients
from pathways.words import counted

SAYS = {
    CanaryState.NO_RELEASE: "No guidance is in force, so there are no known patients.",
    CanaryState.NEVER_RUN: "The known patients of the guidance in force have not been checked yet.",
    CanaryState.DIFFER: "At the last check, known patients were not advised as they should be.",
    CanaryState.AS_EXPECTED: "At the last check, all known patients were advised as they should be.",
}
STALE = "They were not checked for more than two hours: look after the hourly check."


@dataclass(frozen=True, slots=True)
class RunRow:
    """`lines` name the known patients that differed; `acknowledged` says by whom and why advice was given again."""

    id: str
    moment: str
    release: str
    outcome: str
    machine: str
    version: str
    lines: tuple[str, ...]
    acknowledged: str
    passed: bool


@dataclass(frozen=True, slots=True)
class KnownPatientsPage:
    sentence: str
    stale: str
    stopped: str
    standing: tuple[RunRow, ...]
    runs: tuple[RunRow, ...]


def known_patients_page(
    now: KnownPatients, standing: Sequence[CanaryRun], runs: Sequence[CanaryRun]
) -> KnownPatientsPage:
    return KnownPatientsPage(
        sentence=SAYS[now.state],
        stale=STALE if now.is_stale and now.newest else "",
        stopped=f"No advice is given since {when(now.stopped_since)}." if now.stopped_since else "",
        standing=tuple(row_of(run) for run in standing),
        runs=tuple(row_of(run) for run in runs),
    )


def row_of(run: CanaryRun) -> RunRow:
    differing = len({one["case"] for one in run.differences})
    return RunRow(
        id=str(run.pk),
        moment=short_moment(run.at),
        release=f"Release {run.release.number}",
        outcome=f"{counted(run.cases, 'patient')}, all as expected" if run.passed else f"{differing} differ",
        machine=run.machine,
        version=run.made_with,
        lines=tuple(f"{one['case']}: {one['text']}" for one in run.differences),
        acknowledged=words_of(run),
        passed=run.passed,
    )


def words_of(run: CanaryRun) -> str:
    if run.passed:
        return "Nothing to acknowledge"
    acknowledgement: CanaryAcknowledgement | None = getattr(run, "acknowledgement", None)
    if acknowledgement is None:
        return "Not yet"
    return f"{acknowledgement.by_name}, {short_moment(acknowledgement.at)}: {acknowledgement.reason}"
