"""A run of the checks in words: how far it is, what it found, and for every failed proof the patient who shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from pathways.admin.presenters.witnesses import WitnessShown, witness_shown
from pathways.dates import short_date
from pathways.gate.report import Level, Line, Report
from pathways.gate.report_json import report_from_json
from pathways.models import Acceptance, CheckRun
from pathways.selectors.candidates import Candidate
from pathways.selectors.checks import GOING_ON, is_interrupted, state_words
from pathways.states import CheckPurpose, CheckState

SHOWN_OF_HASH = 12
LEVELS = {Level.BLOCKING: "Blocking", Level.WARNING: "Warnings", Level.PASSED: "Passed"}


@dataclass(frozen=True, slots=True)
class AcceptanceShown:
    """``signature`` is empty as long as nobody has accepted it."""

    subject: str
    reason: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class LineShown:
    anchor: str
    text: str
    where: str
    href: str
    witness: WitnessShown | None
    acceptance: AcceptanceShown | None


@dataclass(frozen=True, slots=True)
class LevelShown:
    code: str
    heading: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class PartShown:
    title: str
    version: str
    fingerprint: str
    href: str


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` and ``total`` are for the meter; the sentence says the same."""

    href: str
    sentence: str
    done: int
    total: int
    cancel_href: str
    cancelling: bool


@dataclass(frozen=True, slots=True)
class RunShown:
    id: str
    href: str
    state: str
    started: str
    finished: str
    fingerprint: str
    summary: str
    remark: str
    is_current: bool
    progress: Progress | None
    levels: tuple[LevelShown, ...]
    proof: str

    @property
    def has_report(self) -> bool:
        return bool(self.levels)


@dataclass(frozen=True, slots=True)
class CheckPage:
    parts: tuple[PartShown, ...]
    run: RunShown | None
    start_href: str


def check_page(candidate: Candidate, run: CheckRun | None) -> CheckPage:
    return CheckPage(
        parts=parts_shown(candidate),
        run=run_shown(run, is_current=run.sha256 == candidate.sha256) if run else None,
        start_href=reverse("admin:pathways_check"),
    )


def parts_shown(candidate: Candidate) -> tuple[PartShown, ...]:
    return tuple(
        PartShown(
            title=part.title,
            version=f"version {part.number}, {part.state_words.lower()}" if part.number else part.state_words,
            fingerprint=part.sha256[:SHOWN_OF_HASH],
            href=reverse("admin:pathways_version", args=[part.version.pk]) if part.version else "",
        )
        for part in candidate.parts
    )


def parts_of_run(run: CheckRun) -> tuple[str, ...]:
    """What was checked together, as it was then."""
    return tuple(
        str(part["title"]) + (f", version {part['number']}" if part.get("number") else ", from files")
        for part in run.parts
    )


def run_shown(run: CheckRun, *, is_current: bool, accepted: Iterable[Acceptance] = ()) -> RunShown:
    report = report_from_json(run.report) if run.report and run.state == CheckState.FINISHED else None
    going_on = run.state in GOING_ON and not is_interrupted(run)
    return RunShown(
        id=str(run.pk),
        href=reverse("admin:pathways_run", args=[run.pk]),
        state=state_words(run),
        started=f"{moment(run.started_at)} by {run.started_by_name}",
        finished=moment(run.finished_at) if run.finished_at else "",
        fingerprint=run.sha256[:SHOWN_OF_HASH],
        summary=summary_of(report) if report else "",
        remark=run.step if run.state == CheckState.FAILED else "",
        is_current=is_current,
        progress=progress_of(run) if going_on else None,
        levels=levels_of(run, report, accepted) if report else (),
        proof=proof_of(report) if report else "",
    )


def progress_of(run: CheckRun) -> Progress:
    step = run.step or CheckState(run.state).label
    counted = f" ({run.done} of {run.total})" if run.total else ""
    return Progress(
        href=reverse("admin:pathways_run", args=[run.pk]),
        sentence=f"{step}{counted}",
        done=run.done,
        total=max(run.total, run.done, 1),
        cancel_href=reverse("admin:pathways_run_cancel", args=[run.pk]),
        cancelling=run.cancel_requested,
    )


def summary_of(report: Report) -> str:
    counts = (f"{len(report.blocking)} blocking", counted(len(report.warnings), "warning"))
    return f"{', '.join(counts)}, {len(report.passed)} passed"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def proof_of(report: Report) -> str:
    if report.proof is None:
        return "The proof was not run"
    proved = sum(result.proved for result in report.proof.results)
    return f"{proved} of {counted(len(report.proof.results), 'check')} proved by {report.proof.checker}"


def levels_of(run: CheckRun, report: Report, accepted: Iterable[Acceptance]) -> tuple[LevelShown, ...]:
    """Blocking lines first. What has been accepted since stands there still, with who accepted it and why."""
    by_subject = {acceptance.subject: acceptance for acceptance in accepted}
    shown: dict[Level, list[LineShown]] = {level: [] for level in LEVELS}
    for index, line in enumerate(report.lines):
        shown[line.level].append(line_shown(run, report, index, by_subject))
    return tuple(
        LevelShown(level.value, f"{heading} ({len(shown[level])})", tuple(shown[level]))
        for level, heading in LEVELS.items()
    )


def line_shown(run: CheckRun, report: Report, index: int, accepted: Mapping[str, Acceptance]) -> LineShown:
    line = report.lines[index]
    return LineShown(
        anchor=f"line-{index}",
        text=line.text,
        where=line.entry.partition("/")[2] or line.part,
        href=place_href(run.parts, line.part, line.entry),
        witness=witness_shown(line, report, run, index),
        acceptance=acceptance_of(run, line, accepted),
    )


def acceptance_of(run: CheckRun, line: Line, accepted: Mapping[str, Acceptance]) -> AcceptanceShown | None:
    """Only before publishing, and only for what a person may say is right: a changed or removed case."""
    subject = str(line.details.get("subject", ""))
    if run.purpose != CheckPurpose.PUBLISH or not line.check.startswith("case-") or not subject.startswith("case/"):
        return None
    return acceptance_shown(subject, accepted)


def acceptance_shown(subject: str, accepted: Mapping[str, Acceptance]) -> AcceptanceShown:
    found = accepted.get(subject)
    if found is None:
        return AcceptanceShown(subject)
    return AcceptanceShown(subject, found.reason, f"{found.by_name}, {moment(found.at)}")


def place_href(parts: Sequence[Mapping[str, Any]], part: str, entry: str) -> str:
    """The page of the entry in the version that was checked; nothing for a part that came from files."""
    version = next((one.get("version") for one in parts if one.get("part") == part), None)
    if not version:
        return ""
    kind, _, identity = entry.partition("/")
    if kind and identity:
        return reverse("admin:pathways_entry", args=[version, kind, identity])
    return reverse("admin:pathways_version", args=[version])


def moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{short_date(local.date())} {local:%H:%M}"
