"""Replays a signed plan: its stored answers under its stored guidance, evaluated by the engine that runs now."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pathways.engine.currency import FindingState
from pathways.engine.evaluation import Evaluation
from pathways.engine.records import result_record
from pathways.engine.release import Release as EngineRelease
from pathways.engine.release import canonical_json
from pathways.models import Release
from pathways.selectors import TamperedRelease, UnusableRelease, compiled_release
from patients.findings.standing import SignedFindings
from patients.models import SignedPlan

# What a body keeps of the evaluation, in the order in which differences are told. Older bodies keep less.
COMPARED = ("verdicts", "rules", "not_counting")
KEPT_BY_FORMAT = {1: ("verdicts", "rules")}
ABSENT = "absent"


class Unreplayable(Enum):
    """Why a plan cannot be replayed: (code, sentence)."""

    BODY_ALTERED = ("body_altered", "The stored plan does not match its fingerprint: it is not what was signed.")
    NOTHING_STORED = ("nothing_stored", "The stored plan holds no evaluation that could be compared.")
    PART_MISSING = ("part_missing", "The stored plan lacks a part of its evaluation that every plan of its kind holds.")
    RELEASE_MISSING = ("release_missing", "The guidance that the plan was made under is not stored here.")
    RELEASE_ALTERED = ("release_altered", "The stored guidance does not match its hash: it is not what was in force.")
    RELEASE_UNREADABLE = ("release_unreadable", "The engine that runs now cannot read the guidance of the plan.")
    FINDINGS_UNREADABLE = ("findings_unreadable", "The stored answers cannot be read.")

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence


class CannotReplay(Exception):
    def __init__(self, why: Unreplayable) -> None:
        self.why = why
        super().__init__(why.sentence)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that comes out differently: `part` is one of COMPARED, `subject` a code of the guidance."""

    part: str
    subject: str
    field: str
    stored: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Replay:
    """Either `problem`, or what differs; nothing of either means that the plan came out as it was signed."""

    problem: Unreplayable | None
    differences: tuple[Difference, ...]
    release: EngineRelease | None = None

    @property
    def outcome(self) -> str:
        if self.problem is not None:
            return "cannot_replay"
        return "different" if self.differences else "identical"


def replay_plan(plan: SignedPlan) -> Replay:
    return replay_body(plan.body, plan.body_sha256)


def replay_body(body: str, body_sha256: str) -> Replay:
    """Never raises on what is stored: whatever stands in the way is named."""
    try:
        document = stored_document(body, body_sha256)
        release = release_of_body(document)
        return Replay(None, differences_in(document, release), release)
    except CannotReplay as cannot:
        return Replay(cannot.why, ())


def stored_document(body: str, body_sha256: str) -> dict[str, Any]:
    if hashlib.sha256(body.encode()).hexdigest() != body_sha256:
        raise CannotReplay(Unreplayable.BODY_ALTERED)
    document: dict[str, Any] = json.loads(body)
    return document


def release_of_body(document: Mapping[str, Any]) -> EngineRelease:
    """The guidance by the hash that was signed with the plan, never by what the row beside the body says."""
    content = document.get("content")
    sha256 = content.get("sha256") if isinstance(content, Mapping) else None
    if not isinstance(sha256, str):
        raise CannotReplay(Unreplayable.NOTHING_STORED)
    try:
        return compiled_release(sha256)
    except Release.DoesNotExist:
        raise CannotReplay(Unreplayable.RELEASE_MISSING) from None
    except UnusableRelease:
        raise CannotReplay(Unreplayable.RELEASE_UNREADABLE) from None
    except TamperedRelease:
        raise CannotReplay(Unreplayable.RELEASE_ALTERED) from None


def differences_in(document: Mapping[str, Any], release: EngineRelease) -> tuple[Difference, ...]:
    """Raises CannotReplay."""
    stored = document.get("evaluated")
    if not isinstance(stored, Mapping) or not isinstance(stored.get("verdicts"), Mapping):
        raise CannotReplay(Unreplayable.NOTHING_STORED)
    if any(part not in stored for part in KEPT_BY_FORMAT.get(document.get("format", 0), COMPARED)):
        raise CannotReplay(Unreplayable.PART_MISSING)  # less to compare would come out as identical sooner
    return compare(stored, replayed(stored, release))


def replayed(stored: Mapping[str, Any], release: EngineRelease) -> dict[str, Any]:
    try:
        signed = SignedFindings.of(stored, release)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CannotReplay(Unreplayable.FINDINGS_UNREADABLE) from None
    return outcome_of(signed.under(release))


def outcome_of(evaluation: Evaluation) -> dict[str, Any]:
    """What of an evaluation is compared, in the form in which bodies keep it."""
    result = result_record(evaluation)
    return {
        "verdicts": result["verdicts"],
        "rules": {key: truth.value for key, truth in evaluation.rules.items()},
        "not_counting": {code: reason_of(evaluation.findings[code]) for code in result["not_current"]},
    }


def reason_of(state: FindingState) -> str:
    """Never the words of the page, which may be improved."""
    return state.reason.value if state.reason else ""


def compare(stored: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Byte by byte as canonical JSON; only where that differs is it asked what differs."""
    parts = [part for part in COMPARED if part in stored]
    if canonical_json({part: stored[part] for part in parts}) == canonical_json({part: now[part] for part in parts}):
        return ()
    found = tuple(difference for part in parts for difference in differences_of(part, stored[part], now[part]))
    # What reads alike and is not the same, such as 1 in the place of true, is a difference all the same.
    return found or (Difference("evaluated", "", "", "written differently", "in the form that is kept"),)


def differences_of(part: str, stored: Any, now: Any) -> Iterator[Difference]:
    if not isinstance(stored, Mapping):
        yield Difference(part, "", "", stored, now)
        return
    for subject in dict.fromkeys((*stored, *now)):
        then, today = stored.get(subject, ABSENT), now.get(subject, ABSENT)
        if isinstance(then, Mapping) and isinstance(today, Mapping):
            for field in dict.fromkeys((*then, *today)):
                if then.get(field, ABSENT) != today.get(field, ABSENT):
                    yield Difference(part, subject, field, then.get(field, ABSENT), today.get(field, ABSENT))
        elif then != today:
            yield Difference(part, subject, "", then, today)
