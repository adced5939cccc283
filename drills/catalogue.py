"""All drills by name; each stands in a module of its own."""

from __future__ import annotations

from drills import (
    backup_restore,
    bit_flip,
    clock,
    database_read_only,
    disk_full,
    handbook,
    kill_application,
    kill_postgresql,
    migration_under_load,
    network_browser,
    network_database,
    point_in_time,
    random_walk,
    rolling_upgrade,
    sealer,
    sessions_10000,
    soak,
    standby_failover,
)
from drills.outcome import Drill

DRILLS: dict[str, Drill] = {
    drill.name: drill
    for drill in (
        kill_application.ON_POSTGRESQL,
        kill_application.ON_SQLITE,
        kill_postgresql.DRILL,
        standby_failover.DRILL,
        disk_full.ON_POSTGRESQL,
        disk_full.ON_SQLITE,
        database_read_only.DRILL,
        sealer.ON_POSTGRESQL,
        sealer.ON_SQLITE,
        clock.DRILL,
        bit_flip.ON_POSTGRESQL,
        bit_flip.ON_SQLITE,
        backup_restore.ON_POSTGRESQL,
        backup_restore.ON_SQLITE,
        point_in_time.DRILL,
        migration_under_load.DRILL,
        rolling_upgrade.DRILL,
        network_browser.DRILL,
        network_database.DRILL,
        sessions_10000.DRILL,
        soak.DRILL,
        random_walk.DRILL,
        handbook.DRILL,
    )
}


def listing() -> str:
    width = max(map(len, DRILLS)) + 2
    lines = [f"  ./dev drill {drill.name:<{width}}{drill.sentence}" for drill in DRILLS.values()]
    options = "  --quick for the set that runs at every change, --all for every drill in full, --seed for other faults"
    return "\n".join(["Drills:", "", *lines, "", options])
