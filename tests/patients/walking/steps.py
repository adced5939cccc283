"""What every step of the walk needs: the clinic, the comparison after each step, and how outsiders are refused."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from audit.events import Event
from pathways.models import Release
from tests.cast import Cast
from tests.patients.pages import address
from tests.patients.walking.charts import Chart, check_everything, check_replays
from tests.patients.walking.clinic import Clinic, Computer

computers = st.integers(0, 1)
patients = st.integers(0, 1)
any_tab = st.integers(0, 30)


class Steps(RuleBasedStateMachine):
    """Everything happens in one transaction that is rolled back at the end: each walk begins with an empty record."""

    cast: ClassVar[Cast]
    release: ClassVar[Release]
    tally: ClassVar[Counter[str]]  # how often something took place, over all walks

    def __init__(self) -> None:
        super().__init__()
        self._around = cast("Any", transaction.atomic())
        self._around._from_testcase = True  # as Django's TestCase says of its own: what has to be outermost still may
        self._around.__enter__()

    @initialize()
    def opens(self) -> None:
        """Both patients have a draft, and both computers show one of them."""
        self.clinic = Clinic.opened(self.cast, self.release, self.tally)
        for computer, chart in zip(self.clinic.computers, self.clinic.charts, strict=True):
            self.clinic.started(computer, chart)
            assert chart.draft
            self.clinic.open_form(computer, chart, chart.draft)

    def teardown(self) -> None:
        try:
            if hasattr(self, "clinic"):
                check_replays(self.clinic.charts)
        finally:
            transaction.set_rollback(True)
            self._around.__exit__(None, None, None)

    @invariant()
    def the_record_is_what_was_done(self) -> None:
        if hasattr(self, "clinic"):
            check_everything(self.clinic.charts)

    def count(self, what: str) -> None:
        self.tally[what] += 1

    def where(self, computer: int, patient: int) -> tuple[Computer, Chart]:
        self.count("steps")
        return self.clinic.computers[computer], self.clinic.charts[patient]

    def refused(self, computer: Computer, chart: Chart, view: str, pk: UUID) -> bool:
        """Safety: an outsider is told nothing, not even that there is such a record, and the log keeps the attempt."""
        if not self.clinic.is_outsider(computer):
            return False
        assert self.clinic.get(computer, chart, view, pk).status_code == 404
        assert self.clinic.post(computer, chart, address(view, pk), {}).status_code == 404
        chart.acts[Event.ACCESS_DENIED.code] += 2
        chart.was_read = False
        self.count("outsiders refused")
        computer.switch_to(self.cast.registrar)  # and the outsider goes away
        return True


def has_tabs(walk: Steps) -> bool:
    return bool(walk.clinic.tabs)


def has_draft(walk: Steps) -> bool:
    return any(chart.draft for chart in walk.clinic.charts)


def has_plans(walk: Steps) -> bool:
    return any(chart.plans for chart in walk.clinic.charts)
