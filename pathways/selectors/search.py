"""Finding entries of the guidance in the search index, and what the index of a release holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import connection

from pathways.models import Release, SearchEntry
from pathways.search.entries import Entry, entries_of
from pathways.search.full_text import FIND, wanted
from pathways.search.ranking import Candidate, Fields
from pathways.search.words import stems_of
from pathways.selectors.releases import MOST_COMPILED, compiled_release


@dataclass(frozen=True, slots=True)
class SearchContent:
    """The entries of a release in order, as they are shown and as stems, and every stem in them."""

    entries: tuple[Entry, ...]
    stems: tuple[Fields, ...]
    known: frozenset[str]

    def entry(self, candidate: Candidate) -> Entry:
        return self.entries[candidate.position]


@lru_cache(maxsize=MOST_COMPILED)
def search_content(sha256: str) -> SearchContent:
    entries = entries_of(compiled_release(sha256))
    stems = tuple(fields_of(entry) for entry in entries)
    return SearchContent(entries, stems, frozenset(word for fields in stems for one in fields for word in one.split()))


def fields_of(entry: Entry) -> Fields:
    about, says, applies, rests_on = (stems_of(" ".join(one.text for one in field)) for field in entry.fields())
    return (about, says, applies, rests_on)


def is_indexed(release: Release) -> bool:
    """Whether the index holds this release, made by this version of the application."""
    return SearchEntry.objects.filter(release=release, position=0, made_with=settings.VERSION).exists()


def candidates(release: Release, phrases: Iterable[str]) -> list[Candidate]:
    """The entries of a release that hold any of the phrases."""
    if not (asked := wanted(phrases, connection.vendor)):
        return []
    key = release.pk.hex if connection.vendor == "sqlite" else release.pk
    found = SearchEntry.objects.raw(FIND[connection.vendor], [asked, key])
    return [
        Candidate(one.position, one.kind, one.key, one.pathway, (one.about, one.says, one.applies, one.rests_on))
        for one in found
    ]
