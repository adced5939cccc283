"""The network between clinicians and the application is slow, breaks connections and swallows everything."""

from __future__ import annotations

import time

from drills.outcome import Drill, Outcome, Setting, at_least, at_most
from drills.rig.application import DATABASE, Application, prepared_cluster, running
from drills.rig.clinicians import seconds_until_all_save, wait_for_saves
from drills.rig.shift import Shift, sealed_log, shift
from drills.rig.tcp_proxy import TcpProxy
from drills.rig.verdict import drafts_in

PATIENCE = 120.0  # seconds for the next saves through a bad network on a busy machine
SHARE = 0.3


def drilled(setting: Setting) -> Outcome:
    cluster, clinicians = prepared_cluster(setting)
    with cluster:
        url = cluster.url(DATABASE)
        application = Application(url, setting.folder)
        before = drafts_in(url)
        with running(application), TcpProxy(("127.0.0.1", application.port), seed=setting.seed) as proxy:
            with shift(clinicians, proxy.port) as people:
                recovery = gone_through(setting, proxy, people)
            counts = proxy.counts
        after = drafts_in(url)
        log = sealed_log(application, quick=setting.quick)
    verdict, least = people.verdict(before, after), fewest_resets(setting)
    return Outcome(
        checks=[
            *verdict.checks(least=36 if setting.quick else 200),
            at_least("connections reset before the request arrived", counts.resets_before, least),
            at_least("connections reset after it was done, before or within the answer", counts.resets_after, least),
            at_least("pieces held back by the black hole", counts.swallowed, 1),
            # Whoever was waiting when the hole closed gives up after 10 s, and pauses before the next attempt.
            at_most("time from the network's return until everybody saves", recovery, 15, "s"),
            *log,
        ],
        controls=people.controls(before, after),
        figures={"exchanges": counts.exchanges, **people.figures(verdict)},
    )


def gone_through(setting: Setting, proxy: TcpProxy, people: Shift) -> float:
    """Slow, breaking, both, silent, and well again; returns the seconds until everybody saves again."""
    slow, saves, silent = (0.8, 12, 11.0) if setting.quick else (3.0, 60, 20.0)
    wait_for_saves(people.careful, saves, seconds=PATIENCE)
    proxy.latency, proxy.jitter = slow, slow / 10
    wait_for_saves(people.careful, saves // 3, seconds=PATIENCE)
    proxy.reset_share = SHARE
    if not setting.quick:
        wait_for_saves(people.careful, saves // 3, seconds=PATIENCE)
    proxy.latency = proxy.jitter = 0.0
    wait_for_saves(people.careful, saves, seconds=PATIENCE)
    while min(proxy.counts.resets_before, proxy.counts.resets_after) < fewest_resets(setting):
        wait_for_saves(people.careful, 2, seconds=PATIENCE)
    proxy.reset_share = 0.0
    proxy.black_hole = True
    time.sleep(silent)
    proxy.black_hole = False
    recovery = seconds_until_all_save(people.careful, time.monotonic())
    wait_for_saves(people.careful, saves, seconds=PATIENCE)
    return recovery


def fewest_resets(setting: Setting) -> int:
    return 3 if setting.quick else 15


DRILL = Drill(
    "network_browser",
    "The network between 12 clinicians and the application is slow, breaks connections, and falls silent.",
    drilled,
    quick=False,
)
