"""A run of the checks in words: how far it is, what it found, and for every failed proof the patient who shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pathways.admin.presenters.witnesses import WitnessShown, witness_shown
from pathways.editing.entries import KINDS_BY_NAME
from pathways.editing.parts import part_in_words
from pathways.gate.report import ACCEPTABLE, STANDING, Level, Line, Report
from pathways.gate.report_json import report_from_json
from pathways.models import Acceptance, CheckRun
from pathways.moments import short_moment
from pathways.selectors.candidates import Candidate
from pathways.selectors.checks import GOING_ON, is_interrupted, state_words
from pathways.states import CheckPurpose, CheckState
from pathways.words import counted, fingerprint

NOT_BEGUN = "It begins within seconds, or after the check that is running now."
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
    """``standing`` are the warnings that the release in force gives as well: they would hide what is new."""

    code: str
    heading: str
    lines: tuple[LineShown, ...]
    standing: tuple[LineShown, ...] = ()


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
            fingerprint=fingerprint(part.sha256),
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
        started=f"{short_moment(run.started_at)} by {run.started_by_name}",
        finished=short_moment(run.finished_at) if run.finished_at else "",
        fingerprint=fingerprint(run.sha256),
        summary=summary_of(report) if report else "",
        remark=remark_on(run),
        is_current=is_current,
        progress=progress_of(run) if going_on else None,
        levels=levels_of(run, report, accepted) if report else (),
        proof=proof_of(report) if report else "",
    )


def remark_on(run: CheckRun) -> str:
    """Why a check that ended without a report says nothing, and what to do."""
    if is_interrupted(run):
        return "Nothing has been heard of this check for two minutes. It found nothing out: start it again."
    match run.state:
        case CheckState.CANCELLED:
            return "It was cancelled before its end and found nothing out. Start it again when you need it."
        case CheckState.FAILED:
            return run.step
        case _:
            return ""


def progress_of(run: CheckRun) -> Progress:
    step = run.step or (NOT_BEGUN if run.state == CheckState.QUEUED else CheckState(run.state).label)
    reached = f" ({run.done} of {run.total})" if run.total else ""
    return Progress(
        href=reverse("admin:pathways_run", args=[run.pk]),
        sentence=f"{step}{reached}",
        done=run.done,
        total=max(run.total, run.done, 1),
        cancel_href=reverse("admin:pathways_run_cancel", args=[run.pk]),
        cancelling=run.cancel_requested,
    )


def summary_of(report: Report) -> str:
    counts = (f"{len(report.blocking)} blocking", counted(len(report.warnings), "warning"))
    return f"{', '.join(counts)}, {len(report.passed)} passed"


def proof_of(report: Report) -> str:
    if report.proof is None:
        return "The proof was not run"
    proved = sum(result.proved for result in report.proof.results)
    return f"{proved} of {counted(len(report.proof.results), 'check')} proved by {report.proof.checker}"


def levels_of(run: CheckRun, report: Report, accepted: Iterable[Acceptance]) -> tuple[LevelShown, ...]:
    """Blocking lines first. What has been accepted since stands there still, with who accepted it and why."""
    by_subject = {acceptance.subject: acceptance for acceptance in accepted}
    shown = [(line, line_shown(run, report, index, by_subject)) for index, line in enumerate(report.lines)]
    return tuple(
        LevelShown(
            level.value,
            f"{heading} ({len(report.at(level))})",
            tuple(one for line, one in shown if line.level is level and not line.details.get(STANDING)),
            tuple(one for line, one in shown if line.level is level and line.details.get(STANDING)),
        )
        for level, heading in LEVELS.items()
    )


def line_shown(run: CheckRun, report: Report, index: int, accepted: Mapping[str, Acceptance]) -> LineShown:
    line = report.lines[index]
    return LineShown(
        anchor=f"line-{index}",
        text=line.text,
        where=where_in_words(line),
        href=place_href(run.parts, line.part, line.entry),
        witness=witness_shown(line, report, run, index),
        acceptance=acceptance_of(run, line, accepted),
    )


def where_in_words(line: Line) -> str:
    """The entry by its name, unless that is internal; else the part."""
    name, _, identity = line.entry.partition("/")
    kind = KINDS_BY_NAME.get(name)
    if kind is None:
        return part_in_words(line.part) if line.part else ""
    return kind.with_article if kind.is_internal else identity


def acceptance_of(run: CheckRun, line: Line, accepted: Mapping[str, Acceptance]) -> AcceptanceShown | None:
    """Only before publishing, and only for what a person may say is right: a changed or removed case or promise."""
    subject = str(line.details.get("subject") or "")
    if run.purpose != CheckPurpose.PUBLISH or line.check not in ACCEPTABLE or not subject:
        return None
    return acceptance_shown(subject, accepted.get(subject))


def acceptance_shown(subject: str, found: Acceptance | None) -> AcceptanceShown:
    if found is None:
        return AcceptanceShown(subject)
    return AcceptanceShown(subject, found.reason, f"{found.by_name}, {short_moment(found.at)}")


def place_href(parts: Sequence[Mapping[str, Any]], part: str, entry: str) -> str:
    """The page of the entry in the version that was checked; nothing for a part that came from files."""
    version = next((one.get("version") for one in parts if one.get("part") == part), None)
    if not version:
        return ""
    kind, _, identity = entry.partition("/")
    if kind and identity:
        return reverse("admin:pathways_entry", args=[version, kind, identity])
    return reverse("admin:pathways_version", args=[version])
