"""Everything that can be done to a record, in random order, by the people of a clinic; compared after every step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from drills.outcome import Control, Drill, Outcome, Setting, at_least, holds
from drills.rig.application import ROOT

STEPS = 10_000
WALKERS = 2  # each in a database of its own
LEAST: Mapping[str, int] = {
    "saves": 1500,
    "saves refused": 300,
    "saves beside another": 50,
    "saves repeated": 50,
    "plans signed": 150,
    "addenda": 50,
    "plans withdrawn": 50,
    "reassessments": 50,
    "releases": 50,
    "drafts moved to newer guidance": 30,
    "user switches": 300,
    "forms of another patient refused": 100,
    "outsiders refused": 50,
}


def drilled(setting: Setting) -> Outcome:
    with ThreadPoolExecutor(WALKERS) as walkers:
        found = list(walkers.map(partial(walked, setting), range(WALKERS)))
    tally = sum((Counter(one["tally"]) for one in found), Counter[str]())
    broken = "\n".join(one["broken"] for one in found if one["broken"])
    return Outcome(
        checks=[
            at_least("steps", tally["steps"], STEPS),
            holds("after every step the record was what had been done", not broken, value=broken),
            *(at_least(what, tally[what], least) for what, least in LEAST.items()),
        ],
        controls=[
            Control(fault["sentence"], bool(fault["seen"]), {"seen as": fault["seen"]})
            for one in found
            for fault in one["faults"]
        ],
        figures={what: number for what, number in sorted(tally.items()) if what not in LEAST and what != "steps"},
    )


def walked(setting: Setting, walker: int) -> dict[str, Any]:
    """In a program of its own: its settings are those of the tests, whose passwords are quick to check."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("LM_", "DJANGO_"))}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"sqlite://{setting.folder}/walk{walker}.sqlite3",
    }
    share = [STEPS // WALKERS, setting.seed, walker, WALKERS]
    done = subprocess.run(
        [sys.executable, "-m", "drills.rig.walk_program", *map(str, share)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The walk broke off: {done.stderr[-1500:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


DRILL = Drill(
    "random_walk",
    "Two people open, edit, sign, amend, withdraw and confirm in random order while guidance is published.",
    drilled,
    quick=False,
)
