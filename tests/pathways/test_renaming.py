"""Renaming codes: in every part, in conditions word by word, with a rule for the answers that are stored."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from pathways.editing.entries import FINDINGS, RULES, entries
from pathways.editing.names import Name, NameKind, Use, respelled, uses_in
from pathways.editing.parts import parts_of
from pathways.engine.release import build_release, canonical_json
from pathways.models import Version
from pathways.permissions import Refusal
from pathways.selectors.candidates import working_candidate
from pathways.selectors.uses import uses_of
from pathways.selectors.versions import open_version, problems_of
from pathways.services.renaming import remove_option, rename_finding, rename_intervention, rename_option
from pathways.services.reviews import start_review
from pathways.services.versions import EntryExists, EntryMissing, start_version
from pathways.states import VersionState
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import SAFETY, change, document_of, entry_of, events, everything_stored, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def vocabulary(cast: Cast) -> Version:
    shipped_release()
    return start_version("vocabulary", by=cast.editor)


def rename(version: Version, by: User, code: str = "raised_icp", new_code: str = "pressure_raised") -> Version:
    return rename_finding(version, by=by, code=code, new_code=new_code, reason="Clearer.")


def whole_text() -> str:
    return canonical_json(working_candidate().document)


# Words of conditions


def respelled_line(line: str, wanted: Name, new_code: str) -> str:
    rule: dict[str, Any] = {"code": "p", "rules": [{"key": "r", "when": line}]}
    changed = respelled("pathways/p", rule, lambda name, _: new_code if name == wanted else name.code)
    text: str = changed["rules"][0]["when"]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kps >= 70 and  kps_low is yes", "karnofsky >= 70 and  kps_low is yes"),
        ("site is kps and kps is not kps", "site is kps and karnofsky is not kps"),
        ("site is any of kps, other\n\n kps<70", "site is any of kps, other\n\n karnofsky<70"),
        ("always", "always"),
        ("kps", "karnofsky"),
        ("kps is", "karnofsky is"),
        ("and kps is yes", "and kps is yes"),  # not a condition: the first word is taken for the finding
        ("", ""),
    ],
)
def test_findings_are_renamed_where_a_finding_stands(before: str, after: str) -> None:
    assert respelled_line(before, Name(NameKind.FINDING, "kps"), "karnofsky") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bleed is none", "bleed is absent"),
        ("bleed is not none and flow is none", "bleed is not absent and flow is none"),
        ("bleed is none of none, old", "bleed is none of absent, old"),
        ("bleed is any of old,none", "bleed is any of old,absent"),
        ("none is yes", "none is yes"),
    ],
)
def test_options_are_renamed_under_their_own_finding(before: str, after: str) -> None:
    assert respelled_line(before, Name(NameKind.OPTION, "none", "bleed"), "absent") == after


def test_every_part_says_where_it_uses_a_name() -> None:
    finding, option = Name(NameKind.FINDING, "kps"), Name(NameKind.OPTION, "low", "mood")
    intervention = Name(NameKind.INTERVENTION, "drug")
    documents: dict[str, dict[str, Any]] = {
        "vocabulary": {
            "findings": [
                {"code": "kps"},
                {"code": "mood", "asked_when": "kps < 70", "overtaken_by": ["kps >= 70"],
                 "cannot_return": {"from": ["low"], "to": ["high"]}},
            ],
            "derived": [{"code": "fit", "when": "mood is low", "value": "low", "otherwise": "high"}],
        },
        "evidence": {
            "statements": [{"code": "A1", "carried_by": ["finding:kps", "rule"]}],
            "cautions": [{"key": "c", "when": "kps < 70", "interventions": ["drug"]}],
        },
        "safeguards": {
            "promises": [{"key": "p", "when": "mood is low", "known": ["kps"], "interventions": ["drug"]}],
            "cases": [
                {"id": "one", "findings": {"kps": 70, "mood": {"value": "low"}}, "expect": {"drug": {}}},
                {"id": "two", "findings": {"mood": "low"}, "expect": {}},
            ],
        },
        "pathways/p": {
            "code": "p", "scope": "kps >= 10",
            "rules": [{"key": "r", "when": "mood is low", "answers": "kps", "intervention": "drug"}],
        },
    }  # fmt: skip
    found = {
        wanted.code: [use for part, document in documents.items() for use in uses_in(part, document, wanted)]
        for wanted in (finding, option, intervention)
    }
    assert found["kps"] == [
        Use("vocabulary", "findings/mood", "asked when"),
        Use("vocabulary", "findings/mood", "overtaken by"),
        Use("evidence", "statements/A1", "carried by"),
        Use("evidence", "cautions/c", "condition"),
        Use("safeguards", "promises/p", "known"),
        Use("safeguards", "cases/one", "findings"),
        Use("pathways/p", "rules/r", "answers"),
        Use("pathways/p", "head", "scope"),
    ]
    assert found["low"] == [
        Use("vocabulary", "findings/mood", "cannot return"),
        Use("vocabulary", "derived/fit", "condition"),
        Use("safeguards", "promises/p", "condition"),
        Use("safeguards", "cases/one", "findings"),
        Use("safeguards", "cases/two", "findings"),
        Use("pathways/p", "rules/r", "condition"),
    ]
    assert found["drug"] == [
        Use("evidence", "cautions/c", "interventions"),
        Use("safeguards", "promises/p", "interventions"),
        Use("safeguards", "cases/one", "expected verdicts"),
        Use("pathways/p", "rules/r", "intervention"),
    ]


def test_nothing_renamed_leaves_every_shipped_part_as_it_is(vocabulary: Version) -> None:
    for part, document in parts_of(working_candidate().document).items():
        assert respelled(part, document, lambda name, _: name.code) == document


# Findings


def test_a_finding_is_renamed_everywhere_and_its_answers_move_along(cast: Cast, vocabulary: Version) -> None:
    uses = uses_of(Name(NameKind.FINDING, "raised_icp"))
    version = rename(vocabulary, cast.editor)
    document = document_of(version)
    assert entries(document, FINDINGS)[0]["code"] != "raised_icp"
    assert document["renamed"][-1] == {
        "key": "raised-icp",
        "finding": "raised_icp",
        "to": "pressure_raised",
        "reason": "Clearer.",
    }
    assert uses_of(Name(NameKind.FINDING, "raised_icp")) == []
    assert len(uses_of(Name(NameKind.FINDING, "pressure_raised"))) == len(uses)
    release = build_release(working_candidate().document)
    assert "pressure_raised" in release.vocabulary.findings
    assert problems_of(version) == ()


def test_every_part_that_is_touched_gets_a_draft_by_the_same_author(cast: Cast, vocabulary: Version) -> None:
    touched = {use.part for use in uses_of(Name(NameKind.FINDING, "raised_icp"))} - {"vocabulary"}
    rename(vocabulary, cast.editor)
    drafts = Version.objects.filter(state=VersionState.DRAFT).exclude(part="vocabulary")
    assert {draft.part for draft in drafts} == touched
    assert all(draft.authorships.filter(author=cast.editor).exists() for draft in drafts)
    assert events("version_changed") == 1


def test_an_open_draft_of_another_part_is_changed_and_keeps_its_work(cast: Cast, vocabulary: Version) -> None:
    draft = start_version(SAFETY, by=cast.editor)
    change(draft, cast.editor, {"professional": "Work in progress."})
    rename(vocabulary, cast.editor)
    draft.refresh_from_db()
    entry = entry_of(draft, RULES, "safe-it-pressure")
    assert entry["professional"] == "Work in progress."
    assert entry["when"].strip() == "pressure_raised is yes"


def test_nothing_is_renamed_while_a_part_is_under_review(cast: Cast, vocabulary: Version) -> None:
    waiting = open_version(SAFETY)
    assert waiting is not None
    start_review(waiting, by=cast.first_reviewer)
    error = refused(Refusal.UNDER_REVIEW, lambda: rename(vocabulary, cast.editor))
    assert error.details == ("It is about Safety.",)


def test_renaming_twice_leads_answers_all_the_way(cast: Cast, vocabulary: Version) -> None:
    rename(vocabulary, cast.editor)
    version = rename(vocabulary, cast.editor, "pressure_raised", "icp_raised")
    assert [one["to"] for one in document_of(version)["renamed"]][-2:] == ["pressure_raised", "icp_raised"]
    assert problems_of(version) == ()


def test_a_code_gets_its_old_name_back(cast: Cast, vocabulary: Version) -> None:
    rename(vocabulary, cast.editor)
    version = rename(vocabulary, cast.editor, "pressure_raised", "raised_icp")
    (renaming,) = document_of(version)["renamed"]
    assert (renaming["finding"], renaming["to"]) == ("pressure_raised", "raised_icp")
    assert problems_of(version) == ()
    assert uses_of(Name(NameKind.FINDING, "pressure_raised")) == []


def test_a_derived_finding_is_renamed_without_stored_answers(cast: Cast, vocabulary: Version) -> None:
    before = document_of(vocabulary).get("renamed", [])
    version = rename(vocabulary, cast.editor, "prognosis", "outlook")
    assert document_of(version).get("renamed", []) == before
    assert '"outlook' in whole_text()
    assert problems_of(version) == ()


@pytest.mark.parametrize("new_code", ["", "Raised", "raised icp", "not", "x" * 65])
def test_a_code_that_cannot_be_used(cast: Cast, vocabulary: Version, new_code: str) -> None:
    refused(Refusal.BAD_IDENTITY, lambda: rename(vocabulary, cast.editor, "raised_icp", new_code))


def test_a_code_that_is_taken_or_missing(cast: Cast, vocabulary: Version) -> None:
    before = everything_stored()
    with pytest.raises(EntryExists):
        rename(vocabulary, cast.editor, "raised_icp", "prognosis")
    with pytest.raises(EntryMissing):
        rename(vocabulary, cast.editor, "nowhere", "somewhere")
    assert everything_stored() == before


def test_renaming_needs_a_reason_the_vocabulary_and_an_editor(cast: Cast, vocabulary: Version) -> None:
    other = start_version(SAFETY, by=cast.editor)
    refused(Refusal.NO_SUCH_PART, lambda: rename(other, cast.editor))
    refused(Refusal.MAY_NOT_EDIT, lambda: rename(vocabulary, cast.outsider))
    refused(
        Refusal.NO_REASON,
        lambda: rename_finding(vocabulary, by=cast.editor, code="raised_icp", new_code="other", reason=" "),
    )


# Options and interventions


def test_an_option_is_renamed_everywhere(cast: Cast, vocabulary: Version) -> None:
    version = rename_option(
        vocabulary, by=cast.editor, finding="hydrocephalus", option="none", new_option="absent", reason="Clearer."
    )
    assert document_of(version)["renamed"][-1] == {
        "key": "hydrocephalus-none",
        "finding": "hydrocephalus",
        "option": "none",
        "to": "absent",
        "reason": "Clearer.",
    }
    assert uses_of(Name(NameKind.OPTION, "none", "hydrocephalus")) == []
    assert uses_of(Name(NameKind.OPTION, "none", "vte"))
    build_release(working_candidate().document)
    assert problems_of(version) == ()
    assert events("version_changed") == 1


def test_an_intervention_is_renamed_everywhere(cast: Cast, vocabulary: Version) -> None:
    old, new = Name(NameKind.INTERVENTION, "systemic_therapy"), Name(NameKind.INTERVENTION, "systemic_treatment")
    before = len(uses_of(old))
    version = rename_intervention(
        vocabulary, by=cast.editor, code="systemic_therapy", new_code="systemic_treatment", reason="Clearer."
    )
    assert (len(uses_of(old)), len(uses_of(new))) == (0, before)
    build_release(working_candidate().document)
    assert problems_of(version) == ()


def test_a_used_option_is_not_removed(cast: Cast, vocabulary: Version) -> None:
    error = refused(
        Refusal.STILL_USED,
        lambda: remove_option(
            vocabulary, by=cast.editor, finding="deposits", option="linear", to="nodular", reason="Gone."
        ),
    )
    assert any("condition" in detail for detail in error.details)


@pytest.mark.parametrize("to", [None, "linear"])
def test_an_unused_option_is_removed_with_a_rule_for_stored_answers(
    cast: Cast, vocabulary: Version, to: str | None
) -> None:
    options = entry_of(vocabulary, FINDINGS, "deposits")["options"]
    change(
        vocabulary,
        cast.editor,
        {"options": [*options, {"code": "patchy", "label": "Patchy"}]},
        kind=FINDINGS,
        identity="deposits",
    )
    version = remove_option(
        vocabulary, by=cast.editor, finding="deposits", option="patchy", to=to, reason="Never seen."
    )
    assert entry_of(version, FINDINGS, "deposits")["options"] == options
    renamed = document_of(version)["renamed"][-1]
    assert (renamed["option"], renamed.get("to")) == ("patchy", to)
    assert problems_of(version) == ()


def test_stored_answers_move_only_to_an_option_that_stays(cast: Cast, vocabulary: Version) -> None:
    options = [*entry_of(vocabulary, FINDINGS, "deposits")["options"], {"code": "patchy", "label": "Patchy"}]
    change(vocabulary, cast.editor, {"options": options}, kind=FINDINGS, identity="deposits")
    before = everything_stored()
    for to in ("patchy", "nowhere"):
        with pytest.raises(EntryMissing):
            remove_option(vocabulary, by=cast.editor, finding="deposits", option="patchy", to=to, reason="Gone.")
    with pytest.raises(EntryMissing):
        remove_option(vocabulary, by=cast.editor, finding="deposits", option="nowhere", to=None, reason="Gone.")
    assert everything_stored() == before
