"""What the pages of the viewer show, as ready-made strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from audit import lookups
from audit.lookups import Found, Subject, VersionLine
from audit.viewer.actions import ActionGroup, action_groups
from audit.viewer.csv_file import MOST_ROWS
from audit.viewer.filters import DONE, NOT_DONE, BadFilter, Filter
from audit.viewer.grants import can_ask
from audit.viewer.lines import Line, Reader, log_lines
from audit.viewer.moments import day_in_words, local
from audit.viewer.questions import TITLES, Kind, Question
from audit.viewer.reading import LogPage
from audit.viewer.record_state import RecordState, record_state
from audit.viewer.selectors import first_event

FILTER_NAMES = ("from", "to", "action", "outcome", "rows", "after")


@dataclass(frozen=True, slots=True)
class Match:
    name: str
    details: str
    href: str


@dataclass(frozen=True, slots=True)
class QuestionForm:
    kind: str
    title: str
    label: str
    hint: str
    typed: str
    problem: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    forms: tuple[QuestionForm, ...]
    parts: tuple[Match, ...]
    everything_href: str
    state: RecordState


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FilterForm:
    first: str
    last: str
    actions: tuple[ActionGroup, ...]
    outcomes: tuple[Choice, ...]
    rows: tuple[Choice, ...]
    problem: str = ""
    wrong_field: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPage:
    title: str
    kind: str
    subject: Subject | None
    href: str
    form: FilterForm
    count: str
    period: str
    lines: tuple[Line, ...]
    empty: str
    newest_href: str
    older_href: str
    clinical: str
    reason_href: str
    export_href: str
    exported: tuple[tuple[str, str], ...]
    most_exported: str
    versions: tuple[VersionLine, ...]
    state: RecordState


ASKED = {
    Kind.PATIENT: ("NHS number or hospital number", "The whole number, for example 999 000 0018 or X10023."),
    Kind.PERSON: ("User name or name", "For example okafor, or Jane Okafor."),
    Kind.GUIDANCE: ("Part of the guidance", "A word of its name, or choose from the list below."),
}


def entry_page(asked: Kind | None = None, typed: str = "", found: Found | None = None) -> EntryPage:
    forms = tuple(
        question_form(kind, typed if kind is asked else "", found if kind is asked else None) for kind in ASKED
    )
    parts = tuple(match_of(Kind.GUIDANCE, part) for part in lookups.guidance().parts())
    return EntryPage(forms, parts, Question(Kind.EVERYTHING).address(), record_state())


def question_form(kind: Kind, typed: str, found: Found | None) -> QuestionForm:
    label, hint = ASKED[kind]
    matches = tuple(match_of(kind, subject) for subject in found.subjects) if found else ()
    problem = found.problem if found else ""
    if len(matches) > 1 and not problem:
        problem = f"{len(matches)} match. Choose one of them below, or type more."
    return QuestionForm(kind.value, TITLES[kind], label, hint, typed, problem, matches)


def match_of(kind: Kind, subject: Subject) -> Match:
    return Match(subject.name, " · ".join(subject.details), Question(kind, subject).address())


def filter_form(wanted: Filter) -> FilterForm:
    outcomes = (("", "Any"), (DONE, "Done"), (NOT_DONE, "Refused or failed"))
    rows = (
        ("", "No"),
        ("shown", "Also writes seen by the database"),
        ("unexplained", "Only writes without an act in the log"),
    )
    return FilterForm(
        first=day_in_words(wanted.first),
        last=day_in_words(wanted.last),
        actions=action_groups(wanted.action),
        outcomes=tuple(Choice(value, label, value == wanted.outcome) for value, label in outcomes),
        rows=tuple(Choice(value, label, value == wanted.rows) for value, label in rows),
    )


def answer_page(
    question: Question, wanted: Filter, found: LogPage, *, form: FilterForm, with_clinical: bool
) -> AnswerPage:
    lines = log_lines(found.groups, Reader(with_clinical=with_clinical, names_patients=question.patient_id is None))
    reason = f"{question.address('_reason')}?{wanted.query()}" if can_ask(question) and not with_clinical else ""
    return AnswerPage(
        title=question.title,
        kind=question.kind.value,
        subject=question.subject,
        href=question.address(),
        form=form,
        count=found.count,
        period=wanted.period,
        lines=lines,
        empty="" if lines else nothing_found(),
        newest_href=f"{question.address()}?{wanted.at(None).query()}" if wanted.after else "",
        older_href=f"{question.address()}?{wanted.at(found.next).query()}" if found.next else "",
        clinical="Clinical text is shown, for half an hour after you gave the reason." if with_clinical else "",
        reason_href=reason,
        export_href=question.address("_export"),
        exported=tuple(wanted.at(None).told().items()),
        most_exported=f"{MOST_ROWS:,}",
        versions=versions_of(question),
        state=record_state(),
    )


def refused_filter(question: Question, typed: Mapping[str, str], error: BadFilter) -> AnswerPage:
    """Nothing that was typed is lost."""
    form = FilterForm(
        first=typed.get("from", "")[:40],
        last=typed.get("to", "")[:40],
        actions=action_groups(typed.get("action", "")),
        outcomes=(Choice("", "Any", True), Choice(DONE, "Done", False), Choice(NOT_DONE, "Refused or failed", False)),
        rows=(Choice("", "No", True),),
        problem=str(error),
        wrong_field=error.field,
    )
    return AnswerPage(
        title=question.title,
        kind=question.kind.value,
        subject=question.subject,
        href=question.address(),
        form=form,
        count="",
        period="",
        lines=(),
        empty="",
        newest_href="",
        older_href="",
        clinical="",
        reason_href="",
        export_href="",
        exported=(),
        most_exported="",
        versions=(),
        state=record_state(),
    )


def versions_of(question: Question) -> tuple[VersionLine, ...]:
    if question.kind is Kind.GUIDANCE and question.subject:
        return lookups.guidance().versions(question.subject.id)
    return ()


def nothing_found() -> str:
    first = first_event()
    begun = local(first.at_us) if first else timezone.localtime()
    since = f" The log starts {day_in_words(begun.date())}." if begun else ""
    return f"No events in this period.{since}"


def filter_fields(given: Mapping[str, str]) -> dict[str, str]:
    """The filter that the auditor came with, to go back to; nothing else of what was sent."""
    return {name: given[name][:80] for name in FILTER_NAMES if given.get(name)}
