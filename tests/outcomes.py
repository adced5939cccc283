"""Keeps how every test ended, and fails the whole run where a hazard's control has no green test to prove it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest

from pathways.safety import SafetyFile


@dataclass
class Outcomes:
    """By the id of the test; with several processes, the one that started the others hears of every test."""

    ended: dict[str, str] = field(default_factory=dict)
    unproved: list[str] = field(default_factory=list)

    def note(self, report: pytest.TestReport) -> None:
        known = self.ended.get(report.nodeid)
        if known in {"failed", "skipped"}:
            return
        if report.when == "call" or report.outcome != "passed":
            self.ended[report.nodeid] = report.outcome


def unproved(file: SafetyFile, ended: Mapping[str, str], *, elsewhere: tuple[str, ...] = ()) -> list[str]:
    """A sentence per control whose tests are not all green; `elsewhere` are folders that another run answers for."""
    sentences = []
    for hazard in file.hazards:
        for control in hazard.controls:
            for link in control.proof:
                if link.startswith(elsewhere):
                    continue
                if problem := problem_with(link, ended):
                    sentences.append(f"{hazard.number}, {control.text}: {link} {problem}.")
    return sentences


def problem_with(link: str, ended: Mapping[str, str]) -> str:
    outcomes = {outcome for test, outcome in ended.items() if belongs_to(test, link)}
    if not outcomes:
        return "was not run"
    if "failed" in outcomes:
        return "failed"
    return "was skipped" if "skipped" in outcomes else ""


def belongs_to(test: str, link: str) -> bool:
    """`test` is an id of pytest, `link` a file, or a file and a test whatever its class and parameters."""
    file, _, name = link.partition("::")
    if test.partition("::")[0] != file:
        return False
    return not name or test.partition("[")[0].endswith(f"::{name}")


def is_whole_run(config: pytest.Config) -> bool:
    """Whoever picks some of the tests learns nothing about the rest."""
    picked: Iterable[object] = (
        config.option.keyword,
        config.option.markexpr not in {"", "not browser"},
        config.option.collectonly,
        config.getoption("lf", False),
        config.args_source is not pytest.Config.ArgsSource.TESTPATHS,
        hasattr(config, "workerinput"),  # hears of its own share only
    )
    return not any(picked)
