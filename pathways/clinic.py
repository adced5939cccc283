"""What the guidance needs of the clinic above it: stored records to try a draft on, answers given, real cards.

The patients application stands above this one and registers itself here when it is ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from django.utils.safestring import SafeString

from accounts.models import User
from pathways.engine.observations import Observation
from pathways.engine.release import Release


class StoredRecord(Protocol):
    """A draft or a signed plan, without anything that says whose it is."""

    @property
    def kind(self) -> str:
        """ "draft" or "signed plan"."""

    @property
    def id(self) -> UUID: ...

    @property
    def as_of(self) -> date:
        """Today for a draft, the day of signing for a plan."""

    @property
    def release_sha256(self) -> str:
        """Of the release it was last evaluated with."""

    def observations(self, release: Release) -> Mapping[str, Observation]:
        """The stored answers under a release's vocabulary, moved along its renamed codes."""


@dataclass(frozen=True, slots=True)
class AnswersGiven:
    """How often a verdict was followed or declined since a day, and the most frequent reason; never per person."""

    intervention: str
    stance: str
    followed: int
    declined: int
    top_reason: str


@dataclass(frozen=True, slots=True)
class SignedOutcome:
    """What each rule was in a signed plan; None where the plan does not say it, or is not what was signed."""

    day: date
    release: UUID
    rules: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Advised:
    """How many records rest on a release, and where those who may see it find out whose; `href` is empty for others."""

    plans: int
    assessments: int
    href: str


class Clinic(Protocol):
    def count_records(self) -> int: ...

    def stored_records(self) -> Iterator[StoredRecord]:
        """Every open draft and every signed plan in force, one at a time: memory stays flat."""

    def answers_given(self, since: date) -> Iterable[AnswersGiven]: ...

    def plans_signed(self, since: date | None) -> Iterator[SignedOutcome]:
        """Every plan signed since a day, withdrawn ones too, in the order of their days; memory stays flat."""

    def plans_signed_after(self, day: date | None, *, before: date) -> int:
        """How many were signed after a day, and before another."""

    def advised_by(self, release: UUID, *, user: User) -> Advised: ...

    def preview(
        self, release: Release, observations: Mapping[str, Observation], as_of: date, *, intervention: str
    ) -> SafeString:
        """A whole page with the real card of a verdict, the patient's text and the printed line."""


class NoClinic(RuntimeError):
    """No application has registered itself."""


_registered: list[Clinic] = []


def register(clinic: Clinic) -> None:
    _registered[:] = [clinic]


def the_clinic() -> Clinic:
    if not _registered:
        raise NoClinic("No clinic is registered: the patients application is not installed.")
    return _registered[0]
