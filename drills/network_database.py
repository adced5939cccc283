"""The network between the application and PostgreSQL is slow, breaks connections and swallows everything."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from drills.outcome import Check, Control, Drill, Figure, Outcome, Setting, at_least, at_most, holds, none
from drills.rig.application import DATABASE, Application, Clinician, prepared_cluster, running
from drills.rig.clinicians import seconds_until_all_save, wait_for_saves
from drills.rig.cluster import OWNER, Cluster
from drills.rig.far_machine import HERE, NETWORK, PORT, THERE, FarMachine
from drills.rig.pages import Look, Reader
from drills.rig.shift import Shift, sealed_log, shift
from drills.rig.tcp_proxy import TcpProxy
from drills.rig.verdict import drafts_in

PATIENCE = 120.0
BOUND = 10.0  # seconds within which every request is answered, whatever the network does
SILENT = 20.0


def drilled(setting: Setting) -> Outcome:
    if os.geteuid() != 0:
        return Outcome([holds("may lay a wire of its own", False, value="only the superuser may")], [])
    cluster, clinicians = prepared_cluster(setting, listen_addresses=f"127.0.0.1,{HERE}")
    with (cluster.data / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {NETWORK} trust\n")
    with FarMachine(cluster.port) as far, cluster:
        return through_both(setting, cluster, clinicians, far)


def through_both(setting: Setting, cluster: Cluster, clinicians: tuple[Clinician, ...], far: FarMachine) -> Outcome:
    url = cluster.url(DATABASE)
    before = drafts_in(url)
    with TcpProxy(("127.0.0.1", cluster.port), seed=setting.seed) as proxy:
        near = Application(f"postgresql://{OWNER}@127.0.0.1:{proxy.port}/{DATABASE}", setting.subfolder("near"))
        with running(near), shift(clinicians, near.port) as bad:
            recoveries = slow_and_breaking(proxy, bad)
        resets, held_back = proxy.counts.resets, proxy.counts.swallowed
    middle = drafts_in(url)
    remote = Application(f"postgresql://{OWNER}@{THERE}:{PORT}/{DATABASE}", setting.subfolder("far"))
    # Who looks signs in first: of two sign-ins of one person at one moment, the second has to wait.
    with running(remote), looking(remote, clinicians[0]) as looks, shift(clinicians, remote.port) as cut:
        recovery = silent(far, cut)
    after = drafts_in(url)
    log = sealed_log(Application(url, setting.subfolder("log")), quick=False)
    first, second = bad.verdict(before, middle), cut.verdict(middle, after)
    return Outcome(
        checks=[
            *first.checks(least=150),
            at_least("connections to the database reset", resets, 20),
            at_least("pieces held back by a server that says nothing", held_back, 1),
            at_most(
                "time until everybody saves, after a slow, a breaking and a silent server", max(recoveries), BOUND, "s"
            ),
            *(renamed(check) for check in second.checks(least=100)),
            *bounded(looks),
            at_most("time from the mended wire until everybody saves, without a restart", recovery, BOUND, "s"),
            *log,
        ],
        controls=[*bad.controls(before, middle), unbounded(setting, far, clinicians)],
        figures={
            "wire cut for": f"{SILENT:g} s",
            "slowest NOT NOW": f"{cut.slowest_refusal:.1f} s",
            **figures(bad, cut),
        },
    )


def renamed(check: Check) -> Check:
    return Check(f"wire cut: {check.name}", check.value, check.target, check.met)


def figures(bad: Shift, cut: Shift) -> dict[str, Figure]:
    noted = [*bad.careful, *cut.careful]
    return {
        "repeated saves": sum(one.repeats for one in noted),
        "answers that said NOT NOW": sum(len(one.refusals) for one in noted),
    }


def slow_and_breaking(proxy: TcpProxy, people: Shift) -> list[float]:
    """Each statement is late; then one in thirty, then one in three ends its connection; then nothing is said."""
    wait_for_saves(people.careful, 50, seconds=PATIENCE)
    proxy.latency = 0.05
    wait_for_saves(people.careful, 30, seconds=PATIENCE)
    proxy.latency, proxy.reset_share = 0.0, 0.03
    wait_for_saves(people.careful, 50, seconds=PATIENCE)
    proxy.reset_share = 0.3
    time.sleep(10)
    proxy.reset_share = 0.0
    recoveries = [seconds_until_all_save(people.careful, time.monotonic())]
    proxy.black_hole = True
    time.sleep(SILENT)
    proxy.black_hole = False
    recoveries.append(seconds_until_all_save(people.careful, time.monotonic()))
    wait_for_saves(people.careful, 50, seconds=PATIENCE)
    return recoveries


def silent(far: FarMachine, people: Shift) -> float:
    wait_for_saves(people.careful, 50, seconds=PATIENCE)
    far.cut()
    time.sleep(SILENT)
    far.mend()
    recovery = seconds_until_all_save(people.careful, time.monotonic())
    wait_for_saves(people.careful, 50, seconds=PATIENCE)
    return recovery


@contextmanager
def looking(application: Application, clinician: Clinician, *, patience: float = 2 * BOUND) -> Iterator[list[Look]]:
    """Somebody opens pages all the while, and is more patient than any answer should need."""
    reader = Reader(clinician, lambda: application.port)
    reader.sign_in()
    reader.browser.timeout = patience
    stop = threading.Event()

    def look_on() -> None:
        while not stop.is_set():
            reader.look()
            stop.wait(0.1)

    thread = threading.Thread(target=look_on, daemon=True)
    thread.start()
    try:
        yield reader.looks
    finally:
        stop.set()
        thread.join(timeout=3 * patience)


def bounded(looks: list[Look]) -> tuple[Check, ...]:
    refused = [look for look in looks if look.status == 503]
    return (
        at_least("pages asked for while the wire was cut, and refused", len(refused), 1),
        none("pages that were neither shown nor refused", sum(look.status not in (200, 503) for look in looks)),
        none("refusals that give away the program's inside", sum(bool(look.gives_away) for look in looks)),
        at_most("longest wait for a page", max(look.seconds for look in looks), BOUND, "s"),
    )


def unbounded(setting: Setting, far: FarMachine, clinicians: tuple[Clinician, ...]) -> Control:
    """An operating system's own patience with a lost connection is a quarter of an hour."""
    patience = "tcp_user_timeout=0&keepalives=0&connect_timeout=60"
    url = f"postgresql://{OWNER}@{THERE}:{PORT}/{DATABASE}?{patience}"
    application = Application(url, setting.subfolder("unbounded"))
    with running(application), looking(application, clinicians[0]) as looks:
        time.sleep(2)
        far.cut()
        time.sleep(BOUND + 3)
        far.mend()
    longest = max(look.seconds for look in looks)
    return Control("Connections without a limit of their own", longest > BOUND, {"longest wait": f"{longest:.1f} s"})


DRILL = Drill(
    "network_database",
    "The network between the application and PostgreSQL is slow, breaks connections, and is cut; nothing is restarted.",
    drilled,
    quick=False,
    needs=("ip",),
)
