"""`manage.py count_rule_firings`: counts in how many signed plans each rule applied, and says which rule stopped."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathways.dates import BadDate, read_calendar_date
from pathways.firings.rates import Standing
from pathways.firings.standings import RuleStanding, changed_rules
from pathways.firings.words import sentence_of
from pathways.selectors import TamperedRelease, UnusableRelease
from pathways.services.firings import Counted, count_rule_firings, usual_start

logger = logging.getLogger(__name__)
STOPPED, NOT_COUNTED = 1, 2


class Command(BaseCommand):
    help = (
        "Count in how many signed plans each rule applied, per day and release. Exit codes: 0 counted, "
        "1 a rule stopped applying, 2 something was not counted or not judged. Other changes are warnings in the log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--since", metavar="DAY", help="count from this day on (default: the last seven days)")
        which.add_argument("--all", action="store_true", help="count every day anew")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        counted = count_rule_firings(start_of(options, today))
        try:
            changed = changed_rules(today)
        except (TamperedRelease, UnusableRelease) as fault:
            logger.critical("Counted, and not judged: the guidance in force cannot be read. %s", fault)
            sys.exit(NOT_COUNTED)
        for one in changed:
            log(one)
        self.stdout.write(summary(counted, changed))
        if counted.unreadable:
            logger.critical(
                "%s signed plans do not say what their rules were: they were not counted.", counted.unreadable
            )
            sys.exit(NOT_COUNTED)
        if any(one.standing is Standing.STOPPED for one in changed):
            sys.exit(STOPPED)


def start_of(options: dict[str, Any], today: date) -> date | None:
    if options["all"]:
        return None
    if options["since"] is None:
        return usual_start(today)
    try:
        since = read_calendar_date(options["since"])
    except BadDate as bad:
        raise CommandError(str(bad), returncode=NOT_COUNTED) from bad
    if since > today:
        raise CommandError(f"{options['since']} is in the future: nothing was counted.", returncode=NOT_COUNTED)
    return since


def log(one: RuleStanding) -> None:
    """Rules and numbers; no patient and no person stands in a line."""
    level = logging.CRITICAL if one.standing is Standing.STOPPED else logging.WARNING
    logger.log(level, "Rule %s: %s. %s", one.rule, one.standing.value.lower(), sentence_of(one.judgement))


def summary(counted: Counted, changed: tuple[RuleStanding, ...]) -> str:
    plans = "1 signed plan" if counted.plans == 1 else f"{counted.plans:,} signed plans"
    days = "1 day" if counted.days == 1 else f"{counted.days:,} days"
    alarms = sum(one.standing is Standing.STOPPED for one in changed)
    return f"{plans} of {days} counted. Rules that stopped: {alarms}; that changed otherwise: {len(changed) - alarms}."
