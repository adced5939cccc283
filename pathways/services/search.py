"""Searching the guidance in force, which the log is told, and keeping the index that it is searched by."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit.context import printable
from audit.events import Event
from audit.services import record
from pathways.models import Release, SearchEntry
from pathways.patient_details import looks_like_patient
from pathways.permissions import check_can_ask
from pathways.search.query import LONGEST_QUESTION, Query, read_question
from pathways.search.ranking import Ranked, ranked
from pathways.selectors.releases import LoadedRelease, release_in_force
from pathways.selectors.search import SearchContent, candidates, is_indexed, search_content

NOTHING = Query(())


@dataclass(frozen=True, slots=True)
class Searched:
    """`release` is None where no guidance may be used; `refused` says what looked like a patient's."""

    release: LoadedRelease | None
    query: Query = NOTHING
    found: tuple[Ranked, ...] = ()
    refused: str = ""


@transaction.atomic
def search_guidance(question: str, *, by: User) -> Searched:
    """Nothing is kept of a question that holds what looks like a patient's number. Raises NotAllowed."""
    check_can_ask(by)
    release = release_in_force()
    searched = Searched(release, refused=looks_like_patient(question))
    if release is not None and not searched.refused:
        searched = search_in(release, question)
    kept = "" if searched.refused else printable(question, LONGEST_QUESTION)
    record(
        Event.GUIDANCE_SEARCHED,
        by=by,
        target=str(release.record.pk) if release else "",
        after={"question": kept, "results": len(searched.found)},
        outcome="refused" if searched.refused else "done",
    )
    return searched


def search_in(release: LoadedRelease, question: str) -> Searched:
    if not is_indexed(release.record):
        index_release(release.record)
    content = search_content(release.record.sha256)
    query = read_question(question, content.known)
    found = ranked(query, candidates(release.record, query.phrases()), len(content.entries))
    return Searched(release, query, found)


@transaction.atomic
def index_release(release: Release) -> int:
    """Make the index anew, for this release alone. Derived from the release, so that the log is not told."""
    Release.objects.select_for_update().defer("document").get(pk=release.pk)  # two at once would do it twice
    SearchEntry.objects.all().delete()
    content = search_content(release.sha256)
    rows = [row_of(release, content, position) for position in range(len(content.entries))]
    SearchEntry.objects.bulk_create(rows)
    return len(rows)


def row_of(release: Release, content: SearchContent, position: int) -> SearchEntry:
    entry, (about, says, applies, rests_on) = content.entries[position], content.stems[position]
    return SearchEntry(
        release=release,
        position=position,
        kind=entry.kind.value,
        key=entry.key,
        pathway=entry.pathway,
        about=about,
        says=says,
        applies=applies,
        rests_on=rests_on,
        made_with=settings.VERSION,
    )
