"""Reading the checks of known patients: the newest run, how old it is, and whether advice is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.utils import timezone

from pathways.models import CanaryRun, Release
from pathways.selectors.releases import latest_activated

STALE_AFTER = timedelta(hours=2)  # they are checked hourly


class CanaryState(Enum):
    """Of the newest run of the release in force; the value is a word for machines."""

    AS_EXPECTED = "as_expected"
    DIFFER = "differ"
    NEVER_RUN = "never_run"
    NO_RELEASE = "no_release"


@dataclass(frozen=True, slots=True)
class KnownPatients:
    """`age` is that of the newest run; `stopped_since` stands until every run that differed is acknowledged."""

    state: CanaryState
    release: Release | None = None
    newest: CanaryRun | None = None
    age: timedelta | None = None
    stopped_since: datetime | None = None

    @property
    def is_stale(self) -> bool:
        """An alarm and no stop: what was right two hours ago is rather right than wrong, and nobody knows it."""
        if self.state is CanaryState.NO_RELEASE:
            return False
        return self.age is None or self.age > STALE_AFTER


def known_patients() -> KnownPatients:
    """Two statements."""
    in_force = latest_activated()
    if in_force is None:
        return KnownPatients(CanaryState.NO_RELEASE)
    newest = newest_run(in_force.record)
    state = CanaryState.NEVER_RUN
    if newest is not None:
        state = CanaryState.AS_EXPECTED if newest.passed else CanaryState.DIFFER
    return KnownPatients(
        state=state,
        release=in_force.record,
        newest=newest,
        age=timezone.now() - newest.at if newest else None,
        stopped_since=in_force.stopped_since,
    )


def newest_run(release: Release) -> CanaryRun | None:
    return CanaryRun.objects.filter(release=release).order_by("-at").first()


def latest_runs(number: int) -> list[CanaryRun]:
    """Of whatever release, with who acknowledged them, newest first."""
    runs = CanaryRun.objects.select_related("release", "acknowledgement").defer("release__document")
    return list(runs.order_by("-at")[:number])


def standing_runs() -> list[CanaryRun]:
    """Those that keep advice stopped, the first one first."""
    return list(CanaryRun.objects.standing().select_related("release").defer("release__document"))


def stopped_since() -> datetime | None:
    return CanaryRun.objects.standing().values_list("at", flat=True).first()
