"""Puts the states into place in which nobody is advised: known patients differ, or the engine fails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pathways import known_patients
from pathways.known_patients import Differing, Outcome
from pathways.models import CanaryRun, Release
from pathways.services import canaries
from pathways.services.canaries import store_run
from patients.findings import board
from tests.patients.assessment_form import form_of

STOPPED = "Decision support is stopped: at 10:42 known patients were not advised as they should be."
USE_PAPER = "Use the printed guidance. Your answers are saved."
UNAVAILABLE = "Recommendations are unavailable. Your answers are saved. Use the printed guidance. Incident "
SECRET = "kps 70, TESTCASE"  # what a fault might say of a patient


def form_in(client: Client, url: str, **changed: str) -> dict[str, str]:
    """The assessment form as the page has it now, with these fields changed."""
    page: Any = client.get(url)
    return form_of(page, **changed)


def stop(release: Release) -> CanaryRun:
    return store_run(release, Outcome(95, (Differing("case-01", "Somebody: advised otherwise"),)), by=None)


def break_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(board, "evaluate", breaks)


def doubt_own_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call what comes back at the end of the test."""

    def forget() -> None:
        known_patients.forget_own_outcomes()
        canaries._reported.clear()

    forget()
    monkeypatch.setattr(known_patients, "outcome_of", lambda _: Outcome(95, (Differing("case-02", "Else: otherwise"),)))
    return forget
