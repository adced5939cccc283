"""The acts of the log as groups to choose from: by what they are about, and whether something was read or changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.events import EVENTS_BY_CODE, Event

ROW_CHANGED = Event.ROW_CHANGED.code
ALL = ""
READING, CHANGING = "reading", "changing"
PREFIXES = (  # the first that fits
    ("assessments", "Assessments", ("patients.assessment", "patients.answer", "patients.finding")),
    ("plans", "Care plans", ("patients.plan", "patients.sign", "patients.decision")),
    ("break-glass", "Break-glass", ("patients.break_glass",)),
    ("patients", "Patients", ("patients.",)),
    ("guidance", "Guidance", ("pathways.",)),
    ("log", "The log itself", ("audit.", "row.")),
    ("people", "People and access", ("",)),
)
READ_ACTS = frozenset(
    event.code
    for event in Event
    if event.code.rpartition(".")[2].rpartition("_")[2]
    in {"viewed", "printed", "searched", "listed", "read", "exported", "downloaded"}
)


@dataclass(frozen=True, slots=True)
class ActionChoice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ActionGroup:
    label: str
    choices: tuple[ActionChoice, ...]


def group_of(code: str) -> str:
    return next(name for name, _, prefixes in PREFIXES if code.startswith(prefixes))


def codes_of(chosen: str) -> frozenset[str] | None:
    """The codes that a choice stands for, `None` for all, an empty set for what nobody offers."""
    acts = frozenset(EVENTS_BY_CODE) - {ROW_CHANGED}
    if chosen == ALL:
        return None
    if chosen == READING:
        return READ_ACTS
    if chosen == CHANGING:
        return acts - READ_ACTS
    if chosen in {name for name, _, _ in PREFIXES}:
        return frozenset(code for code in acts if group_of(code) == chosen)
    return frozenset({chosen}) & acts


def action_groups(chosen: str) -> tuple[ActionGroup, ...]:
    first = ActionGroup(
        "All events",
        tuple(
            ActionChoice(value, label, value == chosen)
            for value, label in (
                (ALL, "Everything"),
                (READING, "Only what was seen, printed or exported"),
                (CHANGING, "Only the rest: changes, sign-ins, refusals"),
            )
        ),
    )
    return (first, *(group for group in groups(chosen) if len(group.choices) > 1))


def groups(chosen: str) -> Iterable[ActionGroup]:
    for name, label, _ in PREFIXES:
        events = [event for event in Event if event.code != ROW_CHANGED and group_of(event.code) == name]
        choices = [ActionChoice(name, f"All of: {label}", name == chosen)]
        choices += [ActionChoice(event.code, event.sentence, event.code == chosen) for event in events]
        yield ActionGroup(label, tuple(choices))
