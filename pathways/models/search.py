"""The search index: the words of the release in force, entry by entry; derived from it and made anew at will."""

from __future__ import annotations

from django.db import models

from pathways.models.releases import Release


class SearchEntry(models.Model):
    """One entry of a release as four fields of stems, by weight. A migration puts a full-text index over them.

    Its key is a number, because SQLite's full-text index names the rows by number.
    """

    id = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    pathway = models.CharField(max_length=80, blank=True)
    about = models.TextField(blank=True)
    says = models.TextField(blank=True)
    applies = models.TextField(blank=True)
    rests_on = models.TextField(blank=True)
    made_with = models.CharField(max_length=40)  # the version of the application, which may fold words in another way

    class Meta:
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["release", "position"], name="one_search_entry_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
