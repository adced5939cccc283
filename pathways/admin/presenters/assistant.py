"""What stands beneath a condition: its faults with their place, its English reading, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.admin.evaluable import Evaluable
from pathways.advice_classes import OF_STANCE
from pathways.editing.matching import ANY, ChangedMatch, DecisionTable, DraftRule, Row, changed_matches, decision_table
from pathways.engine.condition_language import ConditionError, ConditionProblem, parse
from pathways.engine.conditions import Condition
from pathways.engine.explain import alternative_in_words
from pathways.engine.release import Release
from pathways.engine.stances import Stance
from pathways.engine.vocabulary import Vocabulary

LONGEST = 8000
MOST_ROWS = 60
MOST_FAULTS = 8
NOTHING_WRITTEN = "Nothing written yet. Write “always” if it always holds."


@dataclass(frozen=True, slots=True)
class Fault:
    """Where it is: the line as it was typed, cut at the faulty place."""

    where: str
    message: str
    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class TableRow:
    rule: str
    word: str
    class_code: str
    cells: tuple[str, ...]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Assistant:
    field: str
    faults: tuple[Fault, ...] = ()
    reading: tuple[str, ...] = ()
    table: Table | None = None
    newly: tuple[ChangedMatch, ...] = ()
    no_more: tuple[ChangedMatch, ...] = ()
    unsettled: tuple[ChangedMatch, ...] = ()
    compared: str = ""  # what "newly" compares with; empty where nothing was compared
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition as it stands in the form. For a rule also its pathway, stance and intervention."""

    field: str
    text: str
    key: str = ""
    pathway: str = ""
    stance: str = ""
    intervention: str = ""
    in_force: str = ""  # the condition of this rule in the guidance in force; "" for a new rule


def assistant_of(asked: Asked, vocabulary: Vocabulary, draft: Evaluable) -> Assistant:
    if len(asked.text) > LONGEST:
        return Assistant(asked.field, note=f"The condition is longer than {LONGEST} characters and cannot be kept.")
    if not asked.text.strip():
        return Assistant(asked.field, note=NOTHING_WRITTEN if asked.pathway or asked.field == "scope" else "")
    try:
        condition = parse(asked.text, vocabulary.variables)
    except ConditionError as error:
        return Assistant(asked.field, faults=faults_of(asked.text, error))
    reading = tuple(alternative_in_words(alternative, vocabulary) for alternative in condition.alternatives)
    if not asked.pathway:
        return Assistant(asked.field, reading=reading)
    if draft.release is None:
        note = f"The decision table and the test patients come back once this is solved: {draft.why_not}"
        return Assistant(asked.field, reading=reading, note=note)
    note = f"Left out until what is wrong with it is solved: {', '.join(draft.left_out)}." if draft.left_out else ""
    return with_matches(asked, condition, reading, draft.release, note)


def with_matches(
    asked: Asked, condition: Condition, reading: tuple[str, ...], release: Release, note: str
) -> Assistant:
    changed = changed_matches(release, asked.pathway, old=asked.in_force, new=asked.text)
    return Assistant(
        asked.field,
        reading=reading,
        table=table_of(asked, condition, release),
        newly=changed.matching_newly,
        no_more=changed.matching_no_more,
        unsettled=changed.unsettled,
        compared="the guidance in force" if asked.in_force else "no rule of this name",
        note=note,
    )


def table_of(asked: Asked, condition: Condition, release: Release) -> Table | None:
    intervention = release.vocabulary.interventions.get(asked.intervention)
    if intervention is None or asked.stance in ("", "note"):
        return None
    draft = DraftRule(asked.key or "this rule", asked.pathway, asked.stance, condition)
    found: DecisionTable = decision_table(release, intervention.code, draft=draft)
    order = own_columns_first(found)
    return Table(
        caption=f"All rules on “{intervention.label}”",
        columns=tuple(found.columns[position].label for position in order),
        rows=tuple(table_row(row, order) for row in own_rows_first(found)[:MOST_ROWS]),
        left_out=max(len(found.rows) - MOST_ROWS, 0),
    )


def own_columns_first(table: DecisionTable) -> list[int]:
    """What this rule tests stands first, so that it is in sight without scrolling sideways."""
    own = {place for row in table.rows if row.is_draft for place, cell in enumerate(row.cells) if cell != ANY}
    return sorted(range(len(table.columns)), key=lambda place: (place not in own, place))


def own_rows_first(table: DecisionTable) -> list[Row]:
    return sorted(table.rows, key=lambda row: not row.is_draft)


def table_row(row: Row, order: list[int]) -> TableRow:
    known = row.stance in {stance.value for stance in Stance}
    advice = OF_STANCE[Stance(row.stance)] if known else None
    return TableRow(
        rule=row.rule,
        word=advice.word if advice else row.stance,
        class_code=advice.code if advice else "",
        cells=tuple(row.cells[place] for place in order),
        is_draft=row.is_draft,
    )


def faults_of(text: str, error: ConditionError) -> tuple[Fault, ...]:
    lines = text.split("\n")
    return tuple(fault_at(lines[problem.line - 1], problem) for problem in error.problems[:MOST_FAULTS])


def fault_at(line: str, problem: ConditionProblem) -> Fault:
    column = problem.column
    rest = line[column - 1 :]
    marked = rest.split(maxsplit=1)[0] if rest.strip() else ""
    return Fault(
        where=f"Line {problem.line}, column {column}",
        message=problem.message,
        before=line[: column - 1],
        marked=marked,
        after=rest[len(marked) :],
    )
