"""The handbook for the hospital's IT, followed from its first line to its last on clean Debian machines."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from drills.handbook.archives import ROOT, pack
from drills.handbook.carrying_out import DoesNotWork, Report, follow
from drills.handbook.commands import Commands, Place, Step, steps
from drills.handbook.images import TOOLS, clean_debian, refuse_without_tools
from drills.handbook.leftovers import clear_leftovers
from drills.handbook.machines import Hospital, hospital
from drills.handbook.moments import Reader
from drills.outcome import Check, Control, Drill, Figure, Outcome, Setting, at_least, at_most, holds, none

CACHE = ROOT / "var" / "drills" / "debian"
INSTALLED = re.compile(r"apt-get install --yes ((?:[^\n\\]|\\\n)+)")
FEWEST_BLOCKS, MOST_NOT_RUN, LEAST_SAVES = 60, 3, 50


def run(setting: Setting) -> Outcome:
    refuse_without_tools()
    clear_leftovers()
    wanted = steps()
    clean, pool = clean_debian(CACHE, packages_of(wanted))
    reader, report, started, stopped = Reader(archive=pack()), Report(), time.monotonic(), ""
    with hospital(setting.folder / "machines", clean, pool) as place:
        controls = [bad_command(place), bad_output(place)]
        try:
            follow(wanted, place, reader.moments(), report)
        except DoesNotWork as problem:
            stopped = str(problem)
        version = place.machines["desk"].call(["cat", "/etc/debian_version"]).stdout.strip()
    figures: dict[str, Figure] = {
        "lines of commands run": report.lines,
        "blocks not run": "; ".join(report.not_run) or "none",
        "pages asked for again after “unavailable”": reader.asked_again,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "Debian": version,
    }
    return Outcome(checks_of(wanted, report, reader, stopped), controls, figures)


def checks_of(wanted: Sequence[Step], report: Report, reader: Reader, stopped: str) -> list[Check]:
    blocks = report.run.total()
    commands = [step for step in wanted if isinstance(step, Commands)]
    return [
        holds("every block works as written", not stopped, value=stopped[:400] or "yes"),
        at_least("blocks run", blocks, FEWEST_BLOCKS),
        none("blocks of commands that were left out", len(commands) - blocks),
        at_most("blocks that are shown and not run", len(report.not_run), MOST_NOT_RUN),
        at_least("saves acknowledged to a clinician meanwhile", reader.saves, LEAST_SAVES),
        none("saves refused while the version was changed", len(reader.known.get("refusals", ["never changed"]))),
    ]


def packages_of(wanted: Sequence[Step]) -> list[str]:
    """What the handbook's own lines install: the mirror of the hospital has that and no more."""
    scripts = (step.script for step in wanted if isinstance(step, Commands))
    lines = (found for script in scripts for found in INSTALLED.findall(script))
    return sorted({word for line in lines for word in line.replace("\\\n", " ").split()})


def bad_command(place: Hospital) -> Control:
    return control(place, "a command that does not exist", "lm-mange web check", ())


def bad_output(place: Hospital) -> Control:
    return control(place, "an output that does not come", "echo active", ("inactive",))


def control(place: Hospital, sentence: str, script: str, expected: tuple[str, ...]) -> Control:
    step = Commands(Place("README.md", 1), "desk", "admin", script, expected)
    try:
        follow([step], place, {}, Report())
    except DoesNotWork:
        return Control(sentence, missed=True)
    return Control(sentence, missed=False)


DRILL = Drill(
    name="handbook",
    sentence="Every command of the handbook is typed on clean Debian machines, from installation to fail-over.",
    run=run,
    quick=False,
    needs=TOOLS,
)
