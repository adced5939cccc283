"""What the log says about its own reading, exporting and verifying, and about written rows, in words."""

from datetime import date

from audit.lookups import Change, Values, label_of, plain
from audit.viewer.moments import day_in_words
from audit.viewer.questions import TITLES, Kind

LABELS = {
    "from": "First day",
    "to": "Last day",
    "after": "Beginning behind",
    "action": "Acts",
    "look_up": "Looked up",
    "clinical_text": "With clinical text",
}
ROW_LABELS = {"columns": "Columns", "database_user": "Database user"}


def log_words(action: str, before: Values, after: Values) -> tuple[Change, ...]:
    return tuple(Change(LABELS.get(name, label_of(name)), told_in_words(name, told)) for name, told in after.items())


def row_words(action: str, before: Values, after: Values) -> tuple[Change, ...]:
    return tuple(Change(label, plain(after[name])) for name, label in ROW_LABELS.items() if after.get(name))


def told_in_words(name: str, told: object) -> str:
    if name == "question" and told in list(Kind):
        return TITLES[Kind(str(told))]
    if name in {"from", "to"}:
        return day_in_words(date.fromisoformat(str(told)))
    return plain(told)
