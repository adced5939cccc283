"""Follows the handbook from top to bottom, and stops at the first line that does not work as written."""

import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from drills.handbook.commands import Commands, Moment, Shown, Step, missing_lines
from drills.handbook.machines import Hospital

LONGEST_SECONDS = 1200
# The number of the failing line comes out on a channel of its own.
FRAME = "set -euo pipefail\ntrap 'echo line $((LINENO - 3)) >&9' ERR\n:\n"
PLACE_OF_SCRIPT = "/run/handbook-commands"


class DoesNotWork(Exception):
    """A line of the handbook that does not do what it says."""


@dataclass(slots=True)
class Report:
    """What was done so far; `output` is what the last commands printed."""

    run: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    not_run: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    output: str = ""


Moments = Mapping[str, Callable[[Hospital, Report], None]]


def follow(steps: Sequence[Step], place: Hospital, moments: Moments, report: Report) -> None:
    """Raises DoesNotWork; `report` then says how far it came."""
    for step in steps:
        started = time.monotonic()
        match step:
            case Commands():
                report.output = carried_out(step, place)
                report.run[step.place.chapter] += 1
                report.lines += len([line for line in step.script.splitlines() if line.strip()])
            case Shown():
                report.not_run.append(f"{step.place}: {step.reason}")
            case Moment():
                if step.name not in moments:
                    raise DoesNotWork(f"{step.place}: the drill knows nothing of “{step.name}”.")
                moments[step.name](place, report)
                report.moments.append(step.name)
        sys.stderr.write(f"  {time.monotonic() - started:6.1f} s  {step.place}\n")


def carried_out(step: Commands, place: Hospital) -> str:
    deadline = time.monotonic() + step.within * patience()
    while True:
        output, problem = attempted(step, place)
        if problem is None:
            return output
        if time.monotonic() > deadline:
            raise DoesNotWork(f"{step.place} on {step.machine}: {problem}\n{output[-4000:]}")
        time.sleep(1)


def patience() -> int:
    """How many times longer than the handbook promises: machines in a box share one computer with much else."""
    return 4


def attempted(step: Commands, place: Hospital) -> tuple[str, str | None]:
    machine = place.machines[step.machine]
    frame = FRAME if not step.fails else ":\n:\n:\n"
    script = f"{PLACE_OF_SCRIPT}-{step.account}"
    machine.call(["install", "-m", "644", "/dev/stdin", script], given=f"{frame}{step.script}\n")
    shell = f"exec 9>&1; exec bash {shlex.quote(script)} </dev/null 2>&1"
    command = ["runuser", "--login", step.account, "--command", shell]
    try:
        done = machine.call(command, seconds=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return "", f"this has not ended within {LONGEST_SECONDS} seconds"
    if (done.returncode != 0) is not step.fails:
        wrong = f"exit status {done.returncode}" if done.returncode else "this works, and should be refused"
        return done.stdout + done.stderr, wrong
    if missing := missing_lines(step.expected, done.stdout):
        return done.stdout, "expected in the output, and not there: " + " | ".join(missing)
    return done.stdout, None
