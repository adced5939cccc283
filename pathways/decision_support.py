"""Whether decision support runs, in the words of the frame of every page and of every refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from pathways.known_patients import own_outcome
from pathways.moments import short_moment, short_time
from pathways.selectors.releases import LoadedRelease, TamperedRelease, UnusableRelease

USE_PAPER = "Use the printed guidance."
ANSWERS_SAVED = "Your answers are saved."
NOT_RUNNING = "Decision support: not running"
CANNOT_BE_READ = "Recommendations are unavailable: the guidance in force cannot be read."


@dataclass(frozen=True, slots=True)
class DecisionSupport:
    """`sentence` stands in the frame, empty where no guidance is in force; `banner` above the page while stopped."""

    sentence: str
    is_running: bool
    banner: str = ""


def decision_support_of(loaded: LoadedRelease | None) -> DecisionSupport:
    """Costs no statement. Never raises: it stands on every page, also where the guidance cannot be read."""
    if loaded is None:
        return DecisionSupport("", is_running=False)
    if loaded.stopped_since is not None:
        since = f"Decision support: stopped since {when(loaded.stopped_since)}"
        return DecisionSupport(since, is_running=False, banner=stop_sentence(loaded.stopped_since))
    try:
        engine = loaded.engine
    except TamperedRelease:
        return DecisionSupport(NOT_RUNNING, is_running=False)  # the line about the content says why
    except UnusableRelease:
        return DecisionSupport(NOT_RUNNING, is_running=False, banner=f"{CANNOT_BE_READ} {USE_PAPER}")
    if not own_outcome(engine).passed:
        return DecisionSupport("Decision support: stopped", is_running=False, banner=own_stop_sentence())
    number = len(engine.pathways)
    noun = "pathway" if number == 1 else "pathways"
    return DecisionSupport(f"Decision support: {number} of {number} {noun} running", is_running=True)


def stop_sentence(since: datetime) -> str:
    return (
        f"Decision support is stopped: at {when(since)} known patients were not advised as they should be. {USE_PAPER}"
    )


def own_stop_sentence() -> str:
    return f"Decision support is stopped: this server does not advise known patients as it should. {USE_PAPER}"


def when(moment: datetime) -> str:
    """ "10:00", with the day where it is not today."""
    is_today = timezone.localdate(moment) == timezone.localdate()
    return short_time(moment) if is_today else short_moment(moment)
