"""The search index: the thirty questions, the same order on every database, and an index that follows the release."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import override_settings

from audit.database.sqlite3.authorizer import authorize
from pathways.models import Release, SearchEntry
from pathways.search.entries import EntryKind
from pathways.search.highlighting import sentences_of
from pathways.search.query import read_question
from pathways.search.ranking import Candidate, ranked
from pathways.selectors.search import candidates, fields_of, is_indexed, search_content
from pathways.services.releases import activate_release
from pathways.services.search import index_release, search_guidance
from tests import factories
from tests.cast import Cast
from tests.guidance import published

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent
Question = dict[str, Any]
WAYS_OF_WRITING: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "small letters": str.lower,
    "capitals": str.upper,
    "politely, without punctuation": lambda text: (
        "Hello please tell me " + "".join(one if one.isalnum() or one == "+" else "  " for one in text)
    ),
}


def questions_in(name: str) -> list[Question]:
    found: list[Question] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def wrong_among(questions: Iterable[Question], release: Release, write: Callable[[str], str]) -> list[str]:
    return [
        one["question"]
        for one in questions
        if first_of(write(one["question"]), release) not in {one["rule"], *one.get("also", [])}
    ]


def first_of(question: str, release: Release) -> str:
    content = search_content(release.sha256)
    query = read_question(question, content.known)
    found = ranked(query, candidates(release, query.phrases()), len(content.entries))
    return found[0].candidate.key if found else ""


@pytest.fixture
def release() -> Release:
    release = factories.shipped_release()
    index_release(release)
    return release


def test_the_thirty_questions_find_their_rule_first_however_they_are_written(release: Release) -> None:
    questions = questions_in("search_questions.yaml")
    assert len(questions) == 30
    assert {name: wrong_among(questions, release, write) for name, write in WAYS_OF_WRITING.items()} == {
        name: [] for name in WAYS_OF_WRITING
    }


def test_other_questions_find_theirs(release: Release) -> None:
    questions = questions_in("search_paraphrases.yaml")
    assert wrong_among(questions, release, str) == []


def test_every_rule_is_found_by_its_own_words(release: Release) -> None:
    content = search_content(release.sha256)
    rules = [one for one in content.entries if one.kind is EntryKind.RULE]
    lost = []
    for rule in rules:
        query = read_question(sentences_of(rule.says[0].text)[0], content.known)
        best = ranked(query, candidates(release, query.phrases()), len(content.entries))[:5]
        if rule.key not in {one.candidate.key for one in best}:
            lost.append(rule.key)
    assert lost == []


def test_the_order_is_that_of_one_formula_on_either_database(release: Release) -> None:
    """Each database finds exactly the entries that hold a phrase; what they agree with, they agree on."""
    content = search_content(release.sha256)
    everything = [
        Candidate(at, entry.kind.value, entry.key, entry.pathway, fields_of(entry))
        for at, entry in enumerate(content.entries)
    ]
    for one in (*questions_in("search_questions.yaml"), *questions_in("search_paraphrases.yaml")):
        query = read_question(one["question"], content.known)
        holding = [each for each in everything if any(in_fields(phrase, each) for phrase in query.phrases())]
        expected = ranked(query, holding, len(everything))
        assert ranked(query, candidates(release, query.phrases()), len(everything)) == expected


def in_fields(phrase: str, candidate: Candidate) -> bool:
    return any(f" {phrase} " in f" {field} " for field in candidate.fields)


def test_rules_come_before_the_sources_they_rest_on(release: Release) -> None:
    content = search_content(release.sha256)
    query = read_question("leukoencephalopathy", content.known)
    kinds = [one.candidate.kind for one in ranked(query, candidates(release, query.phrases()), len(content.entries))]
    assert kinds[0] == EntryKind.RULE


def test_findings_and_their_help_are_found(release: Release) -> None:
    content = search_content(release.sha256)
    query = read_question("Karnofsky 0 to 100 in steps of 10", content.known)
    found = ranked(query, candidates(release, query.phrases()), len(content.entries))
    assert ("finding", "kps") in {(one.candidate.kind, one.candidate.key) for one in found}


def test_what_is_loaded_or_published_can_be_searched_at_once(cast: Cast, release: Release) -> None:
    call_command("load_content", stdout=StringIO())
    assert is_indexed(release)
    newer = published(cast, release)
    assert is_indexed(newer)
    assert not is_indexed(release)


def test_a_search_is_always_in_the_release_that_is_in_force(cast: Cast, release: Release) -> None:
    assert search_guidance("zebra", by=cast.registrar).found == ()
    newer = factories.newer_release(zebra_into)
    assert not is_indexed(newer)
    assert search_guidance("zebra", by=cast.registrar).found[0].candidate.key == "init-bsc"
    activate_release(release, by=None)
    assert search_guidance("zebra", by=cast.registrar).found == ()
    assert set(SearchEntry.objects.values_list("release", flat=True)) == {release.pk}


def zebra_into(document: dict[str, Any]) -> None:
    for pathway in document["pathways"]:
        for rule in pathway["rules"]:
            if rule["key"] == "init-bsc":
                rule["professional"] += " Zebra."


def test_an_index_that_is_missing_or_of_another_version_is_made_at_the_first_search(
    cast: Cast, release: Release
) -> None:
    SearchEntry.objects.all().delete()
    assert search_guidance("hospice", by=cast.registrar).found
    SearchEntry.objects.filter(position=0).delete()
    assert search_guidance("hospice", by=cast.registrar).found
    with override_settings(VERSION="9.9.9"):
        assert search_guidance("hospice", by=cast.registrar).found
        assert set(SearchEntry.objects.values_list("made_with", flat=True)) == {"9.9.9"}


def test_making_it_again_changes_nothing(release: Release) -> None:
    before = list(SearchEntry.objects.values_list("position", "key", "says"))
    index_release(release)
    assert list(SearchEntry.objects.values_list("position", "key", "says")) == before


def test_the_command_says_how_many(release: Release) -> None:
    said = StringIO()
    call_command("index_guidance", stdout=said)
    assert said.getvalue() == f"{SearchEntry.objects.count()} entries of release 1 can be searched.\n"


def test_the_command_without_guidance() -> None:
    with pytest.raises(CommandError, match="nothing to index"):
        call_command("index_guidance")


@pytest.mark.only_on("sqlite")
def test_the_guard_of_the_web_server_lets_the_index_be_read_and_made(cast: Cast, release: Release) -> None:
    connection.connection.set_authorizer(authorize)
    try:
        assert search_guidance("hospice", by=cast.registrar).found
        index_release(release)
        assert search_guidance("hospice", by=cast.registrar).found
    finally:
        connection.connection.set_authorizer(None)
