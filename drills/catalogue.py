"""All drills by name; each stands in a module of its own."""

from __future__ import annotations

from drills import kill_application
from drills.outcome import Drill

DRILLS: dict[str, Drill] = {
    drill.name: drill
    for drill in (
        kill_application.ON_POSTGRESQL,
        kill_application.ON_SQLITE,
    )
}


def listing() -> str:
    width = max(map(len, DRILLS)) + 2
    lines = [f"  ./dev drill {drill.name:<{width}}{drill.sentence}" for drill in DRILLS.values()]
    options = "  --quick for the set that runs at every change, --all for every drill in full, --seed for other faults"
    return "\n".join(["Drills:", "", *lines, "", options])
