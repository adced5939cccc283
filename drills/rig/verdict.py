"""What was acknowledged against what the database holds, read with plain SQL and none of the application's code."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

from drills.outcome import Check, at_least, none
from drills.rig.clinicians import Noted

SAVED_EVENT = "patients.assessment_saved"


class Connection(Protocol):
    def execute(self, statement: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Draft:
    revision: int
    priorities: str
    keys: tuple[str, ...]  # of the saves that took effect, in the order of their revisions
    events: int  # "saved" in the audit log


@dataclass(frozen=True, slots=True)
class Verdict:
    acknowledged: int
    lost: int  # acknowledged, and not in the database
    doubled: int  # one save with more than one effect
    unaudited: int  # a save without its event
    unfounded: int  # an event without its save
    wrong_last: int  # drafts that do not show what their newest save wrote
    surprises: tuple[str, ...]
    repeats: int
    unknown: int = 0  # effects of saves that nobody sent
    errors: int = 0  # answers 500: of the program, and not of what was broken

    def checks(self, *, least: int) -> tuple[Check, ...]:
        """`least` is how many saves have to have been acknowledged for the drill to say anything."""
        return (
            at_least("acknowledged saves", self.acknowledged, least),
            none("acknowledged saves lost", self.lost),
            none("saves with two effects", self.doubled),
            none("saves without their event in the audit log", self.unaudited),
            none("events without their save", self.unfounded),
            none("drafts that do not show their newest save", self.wrong_last),
            none("saves in the database that nobody sent", self.unknown),
            none("answers that no fault explains", len(self.surprises)),
            none("answers with status 500", self.errors),
        )


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        with contextlib.closing(sqlite3.connect(parts.path, timeout=20)) as connection:
            yield connection
    else:
        with psycopg.connect(url, connect_timeout=5) as server:
            yield server


def drafts_in(url: str) -> dict[str, Draft]:
    """Every assessment by its id."""
    with connected(url) as connection:
        rows = connection.execute("SELECT id, revision, priorities FROM patients_assessment").fetchall()
        saves = connection.execute("SELECT assessment_id, key FROM patients_savedchange ORDER BY revision").fetchall()
        events = connection.execute(
            f"SELECT target, count(*) FROM audit_event WHERE action = '{SAVED_EVENT}' GROUP BY target"  # noqa: S608
        ).fetchall()
    keys: dict[str, list[str]] = {}
    for assessment, key in saves:
        keys.setdefault(uuid_of(assessment), []).append(uuid_of(key))
    counted = dict(events)
    return {
        uuid_of(row): Draft(revision, text, tuple(keys.get(uuid_of(row), ())), counted.get(uuid_of(row), 0))
        for row, revision, text in rows
    }


def uuid_of(stored: object) -> str:
    """SQLite keeps them as 32 hexadecimal digits."""
    return str(UUID(str(stored)))


def verdict_on(noted: Sequence[Noted], before: Mapping[str, Draft], after: Mapping[str, Draft]) -> Verdict:
    lost = doubled = unaudited = unfounded = wrong_last = unknown = 0
    for one in noted:
        assessment = one.clinician.assessment
        was, now = before[assessment], after[assessment]
        took_effect = now.keys[len(was.keys) :]
        lost += sum(saved.key not in took_effect for saved in one.acknowledged)
        texts = dict(one.tried)
        # By what was typed, and not by the key: two attempts under two keys are one save.
        doubled += sum(number - 1 for number in Counter(texts.get(key, key) for key in took_effect).values())
        unknown += sum(key not in texts for key in took_effect)
        doubled += max(0, now.revision - was.revision - len(took_effect))
        saves, events = len(took_effect), now.events - was.events
        unaudited += max(0, saves - events)
        unfounded += max(0, events - saves)
        wrong_last += bool(took_effect) and now.priorities != texts.get(took_effect[-1])
    return Verdict(
        acknowledged=sum(len(one.acknowledged) for one in noted),
        lost=lost,
        doubled=doubled,
        unaudited=unaudited,
        unfounded=unfounded,
        wrong_last=wrong_last,
        surprises=tuple(text for one in noted for text in one.surprises),
        repeats=sum(one.repeats for one in noted),
        unknown=unknown,
        errors=sum(one.statuses.get(500, 0) for one in noted),
    )
