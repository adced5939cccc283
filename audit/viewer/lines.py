"""The lines of the log in words: when, who, what, about whom, why, from where; and what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.urls import reverse

from audit import lookups
from audit.events import Event
from audit.lookups import Change, Explanations
from audit.models import AuditEvent
from audit.viewer.contents import Content, State, contents_of
from audit.viewer.devices import device_in_words
from audit.viewer.grants import is_clinical, shows_reason
from audit.viewer.moments import clock_in_words, moment_in_words

SYSTEM = "System"


@dataclass(frozen=True, slots=True)
class Line:
    """`changes` are in words where they may be read, `fields` the names of what changed where only these may.

    `saves` are the lines that this one stands for.
    """

    id: str
    moment: str
    name: str
    role: str
    sentence: str
    about: str
    about_details: str
    fields: tuple[str, ...]
    changes: tuple[str, ...]
    reason: str
    hides_reason: bool
    outcome: str
    ip: str
    device: str
    problem: str
    is_altered: bool
    href: str
    saves: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """What the person in front of the page may see of the events."""

    with_clinical: bool
    with_links: bool = True
    names_patients: bool = True


def log_lines(groups: Iterable[Collection[AuditEvent]], reader: Reader) -> tuple[Line, ...]:
    kept = [tuple(group) for group in groups]
    events = [event for group in kept for event in group]
    contents = explained(events)
    about = patients_of(events) if reader.names_patients else {}
    return tuple(
        grouped(group, [line_of(event, *contents[event.pk], reader, about) for event in group]) for group in kept
    )


def patients_of(events: Iterable[AuditEvent]) -> Mapping[UUID, lookups.Subject]:
    return lookups.patients().named({event.patient_id for event in events if event.patient_id})


def grouped(events: tuple[AuditEvent, ...], lines: list[Line]) -> Line:
    newest = lines[0]
    if len(lines) == 1:
        return newest
    first, last = clock_in_words(events[-1].at_us), clock_in_words(events[0].at_us)
    when = first if first == last else f"{first}–{last}"
    sentence = f"{newest.sentence} {len(lines)} times, {when}"
    names = tuple(dict.fromkeys(name for line in lines for name in line.fields))
    return replace(newest, sentence=sentence, fields=names, changes=(), reason="", problem="", saves=tuple(lines))


def line_of(
    event: AuditEvent,
    content: Content,
    changes: tuple[Change, ...],
    reader: Reader,
    about: Mapping[UUID, lookups.Subject],
) -> Line:
    may_read = reader.with_clinical or not is_clinical(event)
    may_read_reason = shows_reason(event, with_clinical=reader.with_clinical)
    patient = about.get(event.patient_id) if event.patient_id else None
    return Line(
        id=str(event.pk),
        moment=moment_in_words(event.at_us),
        name=event.actor_name or SYSTEM,
        role=event.actor_role,
        sentence=sentence_of(event, content),
        about=patient.name if patient else "",
        about_details=" · ".join(patient.details) if patient else "",
        fields=() if may_read else tuple(change.label for change in changes),
        changes=tuple(f"{change.label}: {change.words}" for change in changes) if may_read else (),
        reason=content.reason if may_read_reason else "",
        hides_reason=bool(content.reason) and not may_read_reason,
        outcome="" if event.outcome == "done" else event.outcome.capitalize(),
        ip=event.ip,
        device=device_in_words(event.device),
        problem=content.state.value,
        is_altered=content.state is State.ALTERED,
        href=reverse("audit_viewer:event", args=[event.pk]) if reader.with_links else "",
    )


def sentence_of(event: AuditEvent, content: Content) -> str:
    if event.action != Event.ROW_CHANGED.code:
        return event.sentence
    table, _, key = event.target.partition("/")
    return f"{event.sentence}: {content.after.get('operation', 'unknown')} in {table}, {key}"


def explained(events: list[AuditEvent]) -> dict[UUID, tuple[Content, tuple[Change, ...]]]:
    """Words that stumble over what an event says mean that no program of ours wrote it so."""
    contents, explain = contents_of(events), Explanations()
    found: dict[UUID, tuple[Content, tuple[Change, ...]]] = {}
    for event in events:
        content = contents[event.pk]
        try:
            found[event.pk] = content, explain(event.action, content.before, content.after)
        except (ValueError, TypeError, AttributeError, KeyError, IndexError):
            found[event.pk] = Content(state=State.ALTERED), ()
    return found
