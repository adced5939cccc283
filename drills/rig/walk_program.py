"""Run as a program: one walker's share of random walks and of faults put in, in an empty database; prints JSON."""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from typing import Any

import django

django.setup()

import time_machine  # noqa: E402 -- needs the loaded applications
from django.core.management import call_command  # noqa: E402

from audit.context import Program, set_process_actor  # noqa: E402
from pathways.models import Release  # noqa: E402
from tests.cast import Cast  # noqa: E402
from tests.patients.conftest import NOW  # noqa: E402
from tests.patients.walking.clinic import made_clinic  # noqa: E402
from tests.patients.walking.mutants import MUTANTS, Mutant  # noqa: E402
from tests.patients.walking.running import walk  # noqa: E402

WALKS, LENGTH = 10, 80
SEEDS_OF_A_WALKER = 1_000_000


def main(steps: int, seed: int, walker: int, walkers: int) -> None:
    """Each walker has its own seeds, and puts its own share of the faults in before it walks."""
    seed += walker * SEEDS_OF_A_WALKER
    logging.disable(logging.ERROR)  # of refusals, which are most of the walk
    set_process_actor(Program(audit_id="drills", audit_name="The drills"))
    call_command("migrate", verbosity=0)
    with time_machine.travel(NOW, tick=False):
        cast, release = made_clinic()
        mine = MUTANTS[walker::walkers]
        faults = [{"sentence": one.sentence, "seen": finds(one, cast, release, seed)} for one in mine]
        told = walked(cast, release, steps, seed)
    print(json.dumps({"faults": faults, **told}))


def walked(cast: Cast, release: Release, steps: int, seed: int) -> dict[str, Any]:
    """Until there are enough steps; ends with the first walk in which something does not hold."""
    tally: Counter[str] = Counter()
    while tally["steps"] < steps:
        try:
            tally += walk(cast, release, walks=WALKS, steps=LENGTH, seed=seed + tally["steps"])
        except AssertionError as broken:
            return {"tally": tally, "broken": "\n".join([str(broken), *getattr(broken, "__notes__", [])])[-1500:]}
    return {"tally": tally, "broken": ""}


def finds(mutant: Mutant, cast: Cast, release: Release, seed: int) -> str:
    """What it says; empty where the walk does not see the fault."""
    try:
        with mutant.at_work():
            walk(cast, release, walks=WALKS, steps=LENGTH, seed=seed)
    except AssertionError as seen:
        return str(seen).splitlines()[0]
    return ""


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
