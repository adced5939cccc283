"""Replays signed plans with the engine that runs now, and says what comes out differently; see docs/how-to."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from patients.presenters.plan.replay_words import difference_sentence
from patients.replay import Replay
from patients.services.replays import (
    ReplayCounts,
    number_of_plans,
    record_replays,
    replay_every_plan,
    replay_these_plans,
)

FOUND, NOT_RUN = 1, 2
TOLD_EVERY = 50


class Command(BaseCommand):
    help = "Replay signed plans. Exit codes: 0 all identical, 1 something differs, 2 nothing was replayed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plans", type=UUID, nargs="*", metavar="PLAN", help="ids of plans")
        parser.add_argument("--all", action="store_true", help="every plan that is stored")
        parser.add_argument("--json", action="store_true", help="one JSON object per line, the summary last")

    def handle(self, *args: Any, **options: Any) -> None:
        plans: list[UUID] = options["plans"]
        if bool(plans) == options["all"]:
            raise CommandError("Name the plans to be replayed, or say --all.", returncode=NOT_RUN)
        counts = ReplayCounts()
        try:
            for plan, replay in self.watched(replay_every_plan()) if options["all"] else self.named(plans):
                counts.add(replay)
                for line in as_json(plan, replay) if options["json"] else as_lines(plan, replay):
                    self.stdout.write(line)
        finally:  # also what was interrupted is recorded, with what it had seen
            record_replays(counts, by=None, ids=plans)
        self.stdout.write(summary_json(counts) if options["json"] else summary(counts))
        if not counts.all_identical:
            sys.exit(FOUND)

    def named(self, plans: list[UUID]) -> Iterator[tuple[UUID, Replay]]:
        for plan, replay in replay_these_plans(plans):
            if replay is None:
                raise CommandError(f"No plan {plan} is stored.", returncode=NOT_RUN)
            yield plan, replay

    def watched(self, replays: Iterable[tuple[UUID, Replay]]) -> Iterator[tuple[UUID, Replay]]:
        is_watched = sys.stderr.isatty()
        total = number_of_plans() if is_watched else 0
        for done, replayed in enumerate(replays, start=1):
            if is_watched and (done % TOLD_EVERY == 0 or done == total):
                self.stderr.write(f"\r\x1b[K{done:,} of {total:,} plans", ending="")
            yield replayed
        if is_watched:
            self.stderr.write("\r\x1b[K", ending="")


def as_lines(plan: UUID, replay: Replay) -> Iterator[str]:
    """Nothing for a plan that came out as it was signed."""
    if replay.problem is not None:
        yield f"{plan}: cannot be replayed. {replay.problem.sentence}"
    for difference in replay.differences:
        yield f"{plan}: {difference_sentence(difference, replay.release)}"


def as_json(plan: UUID, replay: Replay) -> Iterator[str]:
    if replay.outcome == "identical":
        return
    differences = [
        {"part": one.part, "subject": one.subject, "field": one.field, "stored": one.stored, "now": one.now}
        for one in replay.differences
    ]
    problem = replay.problem.code if replay.problem else None
    found = {"plan": str(plan), "outcome": replay.outcome, "problem": problem, "differences": differences}
    yield json.dumps(found, ensure_ascii=False)


def summary(counts: ReplayCounts) -> str:
    plans = "1 plan" if counts.replayed == 1 else f"{counts.replayed:,} plans"
    return (
        f"{plans} replayed by version {settings.VERSION}: {counts.identical:,} identical, "
        f"{counts.different:,} different, {counts.cannot_replay:,} cannot be replayed."
    )


def summary_json(counts: ReplayCounts) -> str:
    told = {
        "replayed": counts.replayed,
        "identical": counts.identical,
        "different": counts.different,
        "cannot_replay": counts.cannot_replay,
    }
    return json.dumps({"summary": told, "version": settings.VERSION})
