"""How things stand at the moment of asking. What cannot be found out is left out and never written as zero."""

from collections.abc import Iterator

from django.conf import settings
from django.db import Error
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from audit.backlog import backlog
from audit.verification.status import last_verification
from config.monitoring import disks, selectors
from config.monitoring.readiness import Trouble, reasons
from pathways.selectors.canaries import CanaryState, known_patients


def exposition() -> bytes:
    registry = CollectorRegistry()
    registry.register(Standing())
    return generate_latest(registry)


class Standing(Collector):
    def collect(self) -> Iterator[Metric]:
        found = {one.trouble for one in reasons()}
        yield labelled(
            "lm_build", "The version that answers.", {"version": settings.VERSION, "mode": settings.LM_MODE}, 1
        )
        yield gauge("lm_ready", "1 where /readyz says yes.", 0 if found else 1)
        troubles = GaugeMetricFamily("lm_trouble", "1 where /readyz gives this reason.", labels=["reason"])
        for trouble in Trouble:
            troubles.add_metric([trouble.value], int(trouble in found))
        yield troubles
        yield from of_the_disks()
        if Trouble.DATABASE_AWAY in found:
            return
        for family in (of_the_log, of_the_guidance, of_the_work):
            try:
                yield from list(family())
            except Error:
                continue


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def labelled(name: str, words: str, labels: dict[str, str], value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family


def of_the_disks() -> Iterator[Metric]:
    try:
        rooms = disks.rooms()
    except OSError:
        return
    free = GaugeMetricFamily("lm_disk_free_bytes", "Room left for accounts of ours.", labels=["folder"])
    share = GaugeMetricFamily("lm_disk_free_percent", "The same as a share of the disk.", labels=["folder"])
    for room in rooms:
        free.add_metric([str(room.folder)], room.free_bytes)
        share.add_metric([str(room.folder)], room.free_per_cent)
    yield free
    yield share


def of_the_log() -> Iterator[Metric]:
    log, verified = backlog(), last_verification()
    yield gauge("lm_audit_unsealed_events", "Events of the log that wait for the sealer.", log.events)
    yield gauge(
        "lm_audit_oldest_unsealed_seconds", "Age of the oldest of them; 0 without any.", log.oldest_seconds or 0
    )
    if log.checkpoint_seconds is not None:
        yield gauge("lm_audit_checkpoint_age_seconds", "Age of the newest checkpoint.", log.checkpoint_seconds)
    if verified is not None:
        age = (timezone.now() - verified.at).total_seconds()
        yield gauge("lm_audit_verified_age_seconds", "Since the log was last verified.", age)
        yield gauge("lm_audit_intact", "1 where that found it intact.", int(verified.intact))


def of_the_guidance() -> Iterator[Metric]:
    known = known_patients()
    if known.release is not None:
        yield gauge("lm_release_number", "The release that was put in force last.", known.release.number)
    if known.age is not None:
        passed = known.state is CanaryState.AS_EXPECTED
        yield gauge("lm_canaries_passed", "1 where the newest check of known patients went as expected.", int(passed))
        yield gauge("lm_canaries_age_seconds", "Since that check.", known.age.total_seconds())
    stopped = known.stopped_since is not None
    yield gauge("lm_advice_stopped", "1 while nobody is advised because of such a check.", int(stopped))


def of_the_work() -> Iterator[Metric]:
    tasks, age = selectors.tasks_waiting()
    yield gauge("lm_open_drafts", "Assessments that are neither signed nor discarded.", selectors.open_drafts())
    yield gauge("lm_sessions", "Sessions that are not over.", selectors.sessions())
    yield gauge("lm_tasks_waiting", "Checks and proofs of the guidance that wait for the worker.", tasks)
    yield gauge(
        "lm_tasks_oldest_seconds", "How long the oldest of them has waited; 0 without any.", age.total_seconds()
    )
    connections = GaugeMetricFamily(
        "lm_database_connections", "Connections of the application to PostgreSQL, by their state.", labels=["state"]
    )
    for state, number in selectors.database_connections().items():
        connections.add_metric([state], number)
    yield connections
