"""Compares the columns of an event with its payload: quickly in the database, exactly here for what differs there.

The beginning of a payload, up to its values, repeats the columns (`audit.payloads`). The database builds that
beginning out of the columns, without escaping anything, and says whether the payload begins with it. A "yes" counts
where nothing in that beginning can have been escaped and where it can end in one place only (`is_plain`). Anything else
(text with a quotation mark, version 0.2, which wrote another order) is read and compared here.
"""

import json
from collections.abc import Mapping
from typing import Any

from audit.payloads import COLUMNS

IDS, NUMBERS = frozenset({"id", "patient_id"}), frozenset({"at_us"})
BEFORE_VERSION_0_3 = (frozenset(COLUMNS) - {"transaction"}) | {"before", "after"}
LAYOUTS = (frozenset(COLUMNS) | {"values"}, BEFORE_VERSION_0_3)
TEXTS = [name for name in COLUMNS if name not in IDS | NUMBERS]
END = b',"values":'
LARGE = 16_384  # bytes; longer payloads are read one by one, so that a thousand of them need no memory


def columns_agree(vendor: str) -> str:
    """As SQL: whether `e.payload` begins with what the columns of `e` say."""
    return _postgresql() if vendor == "postgresql" else _sqlite()


def _postgresql() -> str:
    # textsend: the bytes as they would be sent, without a conversion.
    return f"octet_length(e.payload) <= {LARGE} AND position(textsend({_beginning(_POSTGRESQL_ID)}) IN e.payload) = 1"


def _sqlite() -> str:
    """SQLite keeps whatever somebody puts into a column."""
    kinds = " AND ".join(f"typeof(e.{_quoted(name)}) = 'text'" for name in TEXTS)
    return (
        f"CASE WHEN {kinds} AND typeof(e.at_us) = 'integer' AND typeof(e.id) = 'text' AND typeof(e.payload) = 'blob'"
        f" AND typeof(e.patient_id) IN ('text', 'null') AND length(e.payload) <= {LARGE}"
        f" THEN instr(e.payload, CAST({_beginning(_SQLITE_ID)} AS BLOB)) = 1 ELSE 0 END"
    )


_POSTGRESQL_ID = "e.{0}::text"
_SQLITE_ID = (
    "substr(e.{0}, 1, 8) || '-' || substr(e.{0}, 9, 4) || '-' || substr(e.{0}, 13, 4) || '-' || substr(e.{0}, 17, 4)"
    " || '-' || substr(e.{0}, 21)"
)


def _beginning(as_id: str) -> str:
    labelled = (f"'\"{name}\":' || {_written(name, as_id)}" for name in COLUMNS)
    return "'{' || " + " || ',' || ".join(labelled) + " || ',\"values\":'"


def is_plain(payload: bytes) -> bool:
    """Whether only one set of columns can have this beginning.

    A backslash could be an escape, or one that somebody put into a column. A second end would let a column with
    quotation marks in it reach into the values.
    """
    head, end, tail = payload.partition(END)
    return bool(end) and END not in tail and b"\\" not in head


def _written(name: str, as_id: str) -> str:
    if name in NUMBERS:
        return f"e.{name}"
    if name in IDS:
        return f"coalesce('\"' || {as_id.format(name)} || '\"', 'null')"
    return f"'\"' || e.{_quoted(name)} || '\"'"


def _quoted(name: str) -> str:
    return f'"{name}"'  # "transaction" is a word of SQL itself


def differing_columns(payload: bytes | None, columns: Mapping[str, Any]) -> list[str]:
    """Exactly, for both layouts; ids are given as text. Whatever cannot be compared differs."""
    try:
        said = json.loads((payload or b"").decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        return ["payload"]
    if not isinstance(said, dict) or frozenset(said) not in LAYOUTS:
        return ["payload"]
    return [name for name in COLUMNS if not _same(said.get(name, ""), columns[name])]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice says two things, and every reader may believe another one."""
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("A name stands twice.")
    return named


def _same(said: object, stored: object) -> bool:
    return type(said) is type(stored) and said == stored
