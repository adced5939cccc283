"""Whom a release would change: counts, a list by record, and the same as a table to download."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pathways.admin.forms.names import Names
from pathways.admin.presenters.checks import AcceptanceShown, acceptance_shown
from pathways.advice_classes import NOT_ADDRESSED, OF_STANCE
from pathways.engine.stances import Stance
from pathways.models import Acceptance, CheckRun
from pathways.selectors.checks import IMPACT, impact_of, impact_subject

MOST_ON_PAGE = 100
HEADINGS = ("Record", "Kind", "Intervention", "From", "To", "Because of rules")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would calculate instead of showing


@dataclass(frozen=True, slots=True)
class CountShown:
    intervention: str
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class ChangeShown:
    record: str
    kind: str
    intervention: str
    before: str
    after: str
    rules: str

    def cells(self) -> tuple[str, ...]:
        return (self.record, self.kind, self.intervention, self.before, self.after, self.rules)


@dataclass(frozen=True, slots=True)
class ImpactShown:
    """``more`` says that there are changes which the page does not list."""

    sentence: str
    counts: tuple[CountShown, ...]
    changes: tuple[ChangeShown, ...]
    more: str
    csv_href: str
    acceptance: AcceptanceShown | None


def impact_shown(run: CheckRun, accepted: Sequence[Acceptance]) -> ImpactShown | None:
    impact = impact_of(run)
    if impact is None:
        return None
    changes = tuple(changes_of(run, impact))
    total = impact["changed_verdicts"]
    by_subject = {acceptance.subject: acceptance for acceptance in accepted}
    return ImpactShown(
        sentence=sentence_of(impact),
        counts=tuple(counts_of(run, impact)),
        changes=changes[:MOST_ON_PAGE],
        more=f"{total - MOST_ON_PAGE} more are in the download." if total > MOST_ON_PAGE else "",
        csv_href=reverse("admin:pathways_run_impact", args=[run.pk]),
        acceptance=acceptance_shown(IMPACT, by_subject.get(impact_subject(run))) if total else None,
    )


def sentence_of(impact: Mapping[str, Any]) -> str:
    if not impact["records"]:
        return "There are no drafts and no signed plans."
    changed = impact["changed_records"]
    kinds = [
        f"{number} {kind}{'' if number == 1 else 's'}, of which {changed.get(kind, 0)} would change"
        for kind, number in impact["records"].items()
    ]
    return f"Looked at {'; '.join(kinds)}."


def counts_of(run: CheckRun, impact: Mapping[str, Any]) -> Iterator[CountShown]:
    labels = labels_of(run)
    for one in impact["counts"]:
        label = labels.get(one["intervention"], one["intervention"])
        yield CountShown(label, verdict_in_words(one["from"]), verdict_in_words(one["to"]), one["count"])


def changes_of(run: CheckRun, impact: Mapping[str, Any]) -> Iterator[ChangeShown]:
    labels = labels_of(run)
    for one in impact["changes"]:
        yield ChangeShown(
            record=one["id"],
            kind=one["kind"].capitalize(),
            intervention=labels.get(one["intervention"], one["intervention"]),
            before=verdict_in_words(one["from"]),
            after=verdict_in_words(one["to"]),
            rules=", ".join(one["rules"]),
        )


def csv_rows(run: CheckRun) -> Iterator[tuple[str, ...]]:
    yield HEADINGS
    for change in changes_of(run, impact_of(run) or {"changes": []}):
        yield tuple(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in change.cells())


def labels_of(run: CheckRun) -> dict[str, str]:
    return dict(Names(json.loads(run.document)).interventions)


def verdict_in_words(verdict: Mapping[str, Any]) -> str:
    """The stance and whether it is settled, apart: a verdict may change in one of them alone."""
    code, settled = verdict["stance"], verdict["settled"]
    if code is None:
        return NOT_ADDRESSED.word if settled else f"{NOT_ADDRESSED.word}, not settled"
    return f"{OF_STANCE[Stance(code)].word}, {'settled' if settled else 'not settled'}"
