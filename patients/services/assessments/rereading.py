"""Stored answers under other guidance: kept, moved to a new code, refused, or listed as not used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from pathways.engine.release import Release
from patients.dates import short_date
from patients.findings.answers import value_in_words
from patients.findings.board import read_stored
from patients.findings.renaming import SetAside, moved_along, says_something
from patients.models.assessments import StoredAnswer, WithdrawnAnswer

NOT_ASKED = "The guidance in force does not ask this question."


@dataclass(frozen=True, slots=True)
class Reread:
    """`not_used` goes to the answers taken out of the assessment, where it stays in view."""

    findings: dict[str, StoredAnswer]
    not_used: list[WithdrawnAnswer]
    moved: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """For the log; nothing where nothing was moved."""
        named = {"moved": list(self.moved), "not_used": sorted(one["code"] for one in self.not_used)}
        return {name: codes for name, codes in named.items() if codes}


def reread(
    findings: Mapping[str, StoredAnswer], *, from_release: Release, to_release: Release, by: User, at: str
) -> Reread:
    """Safety: an answer never changes its meaning and never vanishes. Decisions are not touched."""
    moved = moved_along(findings, to_release.vocabulary.renamed)
    kept: dict[str, StoredAnswer] = {}
    aside = list(moved.set_aside)
    for code, stored in moved.answers.items():
        if code not in to_release.vocabulary.findings:
            aside.append(SetAside(code, stored, NOT_ASKED))
        elif stored["value"] is None or not has_lost_its_meaning(stored, to_release, code):
            kept[code] = stored
        else:
            kept[code] = refused_now(stored)
    not_used = [not_used_any_more(one, from_release, by=by, at=at) for one in aside if says_something(one.stored)]
    return Reread(kept, not_used, moved.told)


def not_used_any_more(aside: SetAside, release: Release, *, by: User, at: str) -> WithdrawnAnswer:
    """In the words of the guidance it was given under, because the newer one may have none."""
    finding = release.vocabulary.findings.get(aside.code)
    stored = aside.stored
    words = value_in_words(finding, stored) if finding and stored["value"] is not None else stored["value"]
    listed: WithdrawnAnswer = {
        "code": aside.code,
        "value": stored["value"],
        "unit": stored["unit"],
        "observed_on": stored["observed_on"],
        "reason": aside.reason,
        "by": by.display_name,
        "at": at,
        "not_used": True,
        "label": finding.label if finding else aside.code,
        "words": with_day(words or entered_words(stored), stored["observed_on"]),
    }
    return listed


def entered_words(stored: StoredAnswer) -> str:
    return f"“{stored['refused']['entered']}”, not accepted" if stored["refused"] else ""


def with_day(words: str, observed_on: str | None) -> str:
    return f"{words}, {short_date(date.fromisoformat(observed_on))}" if observed_on else words


def has_lost_its_meaning(stored: StoredAnswer, release: Release, code: str) -> bool:
    return read_stored(release.vocabulary.findings[code], stored, timezone.localdate()) is None


def refused_now(stored: StoredAnswer) -> StoredAnswer:
    return {
        **stored,
        "value": None,
        "unit": None,
        "observed_on": None,
        "confirmed": False,
        "refused": {
            "entered": stored["value"] or "",
            "unit": stored["unit"] or "",
            "observed_on": stored["observed_on"] or "",
            "message": "The guidance in force does not offer this answer. Answer the question again.",
        },
    }
