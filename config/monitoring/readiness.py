"""Why the application cannot serve, or somebody has to look after it. Safety: HZ-69"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import Error

from audit.backlog import backlog
from config.monitoring import disks, selectors
from config.start_checks import errors, findings
from pathways.known_patients import own_outcome
from pathways.selectors import TamperedRelease, UnusableRelease, compiled_release, release_in_force
from pathways.selectors.canaries import CanaryState, known_patients

MOST_NAMED = 3
LONGEST_SEALING_LAG = 120  # seconds; the sealer needs one


class Trouble(StrEnum):
    """The words that alarms ask for; docs/reference/monitoring.md says what to do about each."""

    DATABASE_AWAY = "database_away"
    DATABASE_READ_ONLY = "database_read_only"
    MIGRATIONS_MISSING = "migrations_missing"
    UNSAFE_INSTALLATION = "unsafe_installation"
    NO_RELEASE = "no_release"
    RELEASE_UNUSABLE = "release_unusable"
    CANARIES_DIFFER = "canaries_differ"
    CANARIES_OLD = "canaries_old"
    SEALING_LATE = "sealing_late"
    DISK_NEARLY_FULL = "disk_nearly_full"


@dataclass(frozen=True, slots=True)
class Reason:
    trouble: Trouble
    sentence: str


def reasons() -> list[Reason]:
    """Nothing of what a database says that is away: its words may hold values."""
    return [*of_the_database(), *of_the_disks()]


def of_the_database() -> Iterator[Reason]:
    try:
        selectors.database_answers()
    except Error:
        yield Reason(Trouble.DATABASE_AWAY, "The database does not answer. Nothing can be read or saved.")
        return
    if not takes_writing():
        yield Reason(Trouble.DATABASE_READ_ONLY, "The database takes no writing. Nothing can be saved.")
    is_behind = False
    for look in (of_migrations, of_the_installation, of_the_release, of_known_patients, of_the_sealer):
        try:
            found = list(look())
        except Error:
            if not is_behind:  # a table or a column that is still to come says nothing about the database
                yield Reason(Trouble.DATABASE_AWAY, f"The database gave no answer about {WHAT[look]}.")
            continue
        is_behind = is_behind or any(one.trouble is Trouble.MIGRATIONS_MISSING for one in found)
        yield from found


def takes_writing() -> bool:
    try:
        return selectors.database_takes_writing()
    except Error:
        return False


def of_migrations() -> Iterator[Reason]:
    if missing := selectors.missing_migrations():
        told = ", ".join(missing[:MOST_NAMED]) + (", …" if len(missing) > MOST_NAMED else "")
        yield Reason(Trouble.MIGRATIONS_MISSING, f"{len(missing)} migrations have not been run: {told}.")


def of_the_installation() -> Iterator[Reason]:
    """What keeps a server from starting; one that started while the database was away has not seen it."""
    for sentence in errors(findings()):
        yield Reason(Trouble.UNSAFE_INSTALLATION, sentence)


def of_the_release() -> Iterator[Reason]:
    try:
        release = release_in_force()
        if release is None:
            yield Reason(Trouble.NO_RELEASE, "No release of the guidance is in force. Nobody is advised.")
        else:
            _ = release.engine
    except (TamperedRelease, UnusableRelease):
        yield Reason(Trouble.RELEASE_UNUSABLE, "The release in force cannot be used. Nobody is advised.")


def of_known_patients() -> Iterator[Reason]:
    """As they were checked, and as this very process advises them."""
    known = known_patients()
    if known.state is CanaryState.DIFFER or known.stopped_since is not None:
        yield Reason(
            Trouble.CANARIES_DIFFER,
            "Known patients were not advised as expected. Nobody is advised until it is cleared.",
        )
    elif known.release is not None and not advises_as_expected(known.release.sha256):
        yield Reason(
            Trouble.CANARIES_DIFFER,
            "This server does not advise known patients as expected, and gives no advice. Restart it.",
        )
    if known.is_stale:
        yield Reason(Trouble.CANARIES_OLD, "Known patients have not been checked for more than two hours.")


def advises_as_expected(sha256: str) -> bool:
    """This process, of itself."""
    try:
        return own_outcome(compiled_release(sha256)).passed
    except (TamperedRelease, UnusableRelease):
        return True  # a reason of its own


def of_the_sealer() -> Iterator[Reason]:
    waiting = backlog()
    if waiting.oldest_seconds is not None and waiting.oldest_seconds > LONGEST_SEALING_LAG:
        since = f"the oldest for {waiting.oldest_seconds:.0f} seconds"
        yield Reason(Trouble.SEALING_LATE, f"{waiting.events} events of the log have not been sealed, {since}.")


def of_the_disks() -> Iterator[Reason]:
    try:
        rooms = disks.rooms()
    except OSError as error:
        yield Reason(Trouble.DISK_NEARLY_FULL, f"How much room is left cannot be found out: {error.strerror}.")
        return
    for room in rooms:
        if room.free_per_cent < settings.LEAST_FREE_PERCENT:
            yield Reason(Trouble.DISK_NEARLY_FULL, f"{room.free_per_cent:.1f} % are left on the disk of {room.folder}.")


WHAT: dict[Callable[[], Iterator[Reason]], str] = {
    of_migrations: "its migrations",
    of_the_installation: "its guards",
    of_the_release: "the release in force",
    of_known_patients: "the checks of known patients",
    of_the_sealer: "the log",
}
