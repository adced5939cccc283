"""The states of versions, releases, checks and questions, in the words that every screen and sheet shows."""

from django.db import models


class ReviewStatus(models.TextChoices):
    """Of a release: only an approved one gives advice in live mode."""

    UNDER_REVIEW = "under_review", "Under review"
    APPROVED = "approved", "Approved"


class VersionState(models.TextChoices):
    """Of a version of one part. From *submitted* on its document never changes."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under review"
    RETURNED = "returned", "Returned"
    APPROVED = "approved", "Approved"
    SUPERSEDED = "superseded", "Superseded"
    DISCARDED = "discarded", "Discarded"

    @classmethod
    def open(cls) -> tuple["VersionState", ...]:
        """Being worked on: at most one version of a part is in one of these."""
        return (cls.DRAFT, cls.SUBMITTED, cls.UNDER_REVIEW)


class ReviewDecision(models.TextChoices):
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned with comments"


class CheckPurpose(models.TextChoices):
    """What a check is run on: the working versions as they are, or what would be published."""

    WORKING = "working", "Working versions"
    PUBLISH = "publish", "Publish gate"


class CheckState(models.TextChoices):
    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Stopped by a fault"

    @classmethod
    def going_on(cls) -> tuple["CheckState", ...]:
        return (cls.QUEUED, cls.RUNNING)


class QuestionKind(models.TextChoices):
    """What somebody writes to the content team; a problem with what the guidance says is looked at first."""

    PROBLEM = "problem", "Problem with the guidance"
    QUESTION = "question", "Question"


class QuestionState(models.TextChoices):
    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed without an answer"
