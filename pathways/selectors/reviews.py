"""Reading reviews: who wrote a version, who decided on it, and what a reviewer has to answer before approving."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from pathways.editing.checklist import checklist_for
from pathways.models import Authorship, Review, Version
from pathways.selectors.parts import document_of_version
from pathways.states import ReviewDecision, VersionState

APPROVALS_NEEDED = 2


def authors_of(version: Version) -> tuple[str, ...]:
    return tuple(version.authorships.order_by("since").values_list("author_name", flat=True))


def reviews_of(version: Version) -> QuerySet[Review]:
    return version.reviews.order_by("at")


def approvals_of(version: Version) -> QuerySet[Review]:
    """The approvals of the exact document of the version."""
    return version.reviews.filter(decision=ReviewDecision.APPROVED, sha256=version.sha256).order_by("at")


def has_been_approved(version: Version) -> bool:
    """In the state, and by enough people on this text."""
    enough = approvals_of(version).values("reviewer").distinct().count() >= APPROVALS_NEEDED
    return version.state == VersionState.APPROVED and enough


def approved_before(version: Version) -> Version | None:
    """What the reviewers compare with: the newest approved version of the part below this one."""
    older = Version.objects.filter(part=version.part, state=VersionState.APPROVED, number__lt=version.number)
    return older.order_by("-number").first()


def required_checklist(version: Version) -> dict[str, list[str]]:
    """The questions per entry that changed against the newest approved version; see editing.checklist.QUESTIONS."""
    before = approved_before(version)
    return checklist_for(document_of_version(before) if before else None, document_of_version(version))


def is_author_of_any(user: User, versions: list[Version]) -> bool:
    return Authorship.objects.filter(version__in=versions, author=user).exists()
