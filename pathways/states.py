"""The review status of content, in words that every screen and sheet shows."""

from django.db import models


class ReviewStatus(models.TextChoices):
    UNDER_REVIEW = "under_review", "Under review"
    APPROVED = "approved", "Approved"
