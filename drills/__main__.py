"""Runs drills by name, the quick set or all of them; each result is kept as JSON."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from drills import catalogue, results
from drills.outcome import Control, Drill, Outcome, Setting, holds

DEFAULT_SEED = 20261122


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that no server is left behind
    if not (options.names or options.all or options.quick):
        print(catalogue.listing())
        return 0
    drills = catalogue.DRILLS
    unknown = [name for name in options.names if name not in drills]
    if unknown:
        print(f"There is no drill {', '.join(unknown)}. Drills: {', '.join(drills)}.", file=sys.stderr)
        return 2
    chosen = [drills[name] for name in options.names] or [
        drill for drill in drills.values() if options.all or (drill.quick and can_run(drill))
    ]
    failed = [
        drill.name for drill in chosen if not carried_out(drill, options.seed, options.quick, record=options.record)
    ]
    print(f"{len(chosen) - len(failed)} drills passed, {len(failed)} failed{': ' * bool(failed)}{', '.join(failed)}")
    return 1 if failed else 0


def can_run(drill: Drill) -> bool:
    """Of the set for every change, what this machine does not allow is left out, loudly."""
    if why_not := drill.why_not():
        print(f"LEFT OUT: {drill.name}: {why_not}", flush=True)
    return not why_not


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev drill", description="Break the application on purpose.")
    parser.add_argument("names", nargs="*", help="drills to run; without any, a list of them")
    parser.add_argument("--quick", action="store_true", help="short forms; without names, the set for every change")
    parser.add_argument("--all", action="store_true", help="every drill in full")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed draws other faults")
    parser.add_argument("--record", action="store_true", help="write the results to docs/reference/drills.md")
    return parser.parse_args(arguments)


def carried_out(drill: Drill, seed: int, quick: bool, *, record: bool) -> bool:
    print(f"\n{drill.name}, seed {seed}: {drill.sentence}", flush=True)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="lm-drill-"))
    folder.chmod(0o755)  # PostgreSQL runs under an account of its own
    try:
        outcome = outcome_of(drill, Setting(seed=seed, quick=quick, folder=folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = results.Result.of(drill, outcome, seed=seed, quick=quick, seconds=time.monotonic() - started)
    results.keep(result)
    if record:
        results.record(result)
    print(results.printed(result), flush=True)
    return outcome.passed


def outcome_of(drill: Drill, setting: Setting) -> Outcome:
    missing = [program for program in drill.needs if shutil.which(program) is None]
    if missing:
        return Outcome([holds("installed here", False, value=f"missing: {', '.join(missing)}")], [])
    try:
        return drill.run(setting)
    except Exception as error:  # noqa: BLE001 -- a drill that breaks has failed, and the others still run
        traceback.print_exc()
        return Outcome(
            [holds("ran to its end", False, value=f"{type(error).__name__}: {error}"[:300])], list[Control]()
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
