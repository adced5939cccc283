"""Reviews: two people who wrote none of it approve the exact text, every question answered; or it goes back."""

from __future__ import annotations

import json

import pytest

from accounts.models import User
from accounts.permissions import Role
from pathways.editing.checklist import QUESTIONS, WHOLE_PART, checklist_for
from pathways.models import Review, Version
from pathways.permissions import Refusal
from pathways.selectors.reviews import approvals_of, has_been_approved, required_checklist
from pathways.selectors.versions import open_version
from pathways.services.reviews import approve_version, return_version, start_review
from pathways.services.versions import start_version
from pathways.states import VersionState
from tests.cast import Cast, _person
from tests.factories import shipped_release
from tests.guidance import RULE, SAFETY, approved, changed_draft, document_of, events, refused, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast: Cast) -> Version:
    """A changed version on top of an approved one, under review."""
    shipped_release()
    shipped = open_version(SAFETY)
    assert shipped is not None
    approved(shipped, cast.first_reviewer, cast.second_reviewer)
    return start_review(submitted(cast.editor), by=cast.first_reviewer)


def approve(version: Version, by: User, **changed: object) -> Version:
    arguments: dict[str, object] = {"seen_sha256": version.sha256, "checklist": required_checklist(version)}
    return approve_version(version, by=by, **(arguments | changed))  # type: ignore[arg-type]


def test_two_approvals_of_the_same_text_approve_the_version(cast: Cast, version: Version) -> None:
    once = approve(version, cast.first_reviewer)
    assert (once.state, once.decided_at) == ("under_review", None)
    assert not has_been_approved(once)
    twice = approve(version, cast.second_reviewer, comment="Fine.")
    assert twice.state == VersionState.APPROVED
    assert twice.decided_at is not None
    assert has_been_approved(twice)
    assert [one.sha256 for one in approvals_of(twice)] == [version.sha256] * 2
    assert Review.objects.get(version=version, reviewer=cast.first_reviewer).checklist == {
        f"rules/{RULE}": ["correct", "sources", "patient", "missing"]
    }


def test_each_act_is_audited_once(cast: Cast, version: Version) -> None:
    before = events("version_approved"), events("review_started")
    start_review(version, by=cast.second_reviewer)  # it was started already
    approve(version, cast.first_reviewer)
    assert (events("version_approved"), events("review_started")) == (before[0] + 1, before[1])


def test_an_author_does_not_review(cast: Cast, version: Version) -> None:
    editor_and_reviewer = _person("both", "Dr", "Ada", "Roth", Role.REVIEWER, "Reviewer")
    version.authorships.create(author=editor_and_reviewer, author_name="Dr Ada Roth")
    refused(Refusal.IS_AUTHOR, lambda: start_review(version, by=editor_and_reviewer))
    refused(Refusal.IS_AUTHOR, lambda: approve(version, editor_and_reviewer))
    refused(
        Refusal.IS_AUTHOR,
        lambda: return_version(version, by=editor_and_reviewer, seen_sha256=version.sha256, comment="No."),
    )


@pytest.mark.parametrize("who", ["outsider", "consultant", "editor", "publisher", "auditor"])
def test_only_reviewers_review(cast: Cast, version: Version, who: str) -> None:
    person = getattr(cast, who)
    refused(Refusal.MAY_NOT_REVIEW, lambda: start_review(version, by=person))
    refused(Refusal.MAY_NOT_REVIEW, lambda: approve(version, person))
    refused(
        Refusal.MAY_NOT_REVIEW, lambda: return_version(version, by=person, seen_sha256=version.sha256, comment="No.")
    )


def test_nobody_decides_twice(cast: Cast, version: Version) -> None:
    approve(version, cast.first_reviewer)
    refused(Refusal.ALREADY_REVIEWED, lambda: approve(version, cast.first_reviewer))


def test_another_text_is_not_approved(cast: Cast, version: Version) -> None:
    refused(Refusal.TEXT_CHANGED, lambda: approve(version, cast.first_reviewer, seen_sha256="0" * 64))
    refused(
        Refusal.TEXT_CHANGED,
        lambda: return_version(version, by=cast.first_reviewer, seen_sha256="0" * 64, comment="No."),
    )


@pytest.mark.parametrize(
    "checklist",
    [{}, {f"rules/{RULE}": []}, {f"rules/{RULE}": ["correct", "sources", "patient"]}, {"rules/x": ["read"]}],
)
def test_every_question_is_answered(cast: Cast, version: Version, checklist: dict[str, list[str]]) -> None:
    error = refused(Refusal.CHECKLIST_OPEN, lambda: approve(version, cast.first_reviewer, checklist=checklist))
    assert error.details == (f"rules/{RULE}.",)


def test_a_draft_and_a_decided_version_are_not_reviewed(cast: Cast, version: Version) -> None:
    finished = approved(version, cast.first_reviewer, cast.second_reviewer)
    third = _person("reviewer-3", "Dr", "Ada", "Roth", Role.REVIEWER, "Reviewer")
    refused(Refusal.NOT_SUBMITTED, lambda: start_review(finished, by=third))
    draft = start_version(SAFETY, by=cast.editor)
    refused(Refusal.NOT_SUBMITTED, lambda: approve(draft, third))


def test_a_review_begins_before_it_ends(cast: Cast) -> None:
    shipped_release()
    waiting = submitted(cast.editor)
    refused(Refusal.NOT_UNDER_REVIEW, lambda: approve(waiting, cast.first_reviewer))


def test_a_returned_version_goes_on_as_the_next_draft(cast: Cast, version: Version) -> None:
    approve(version, cast.first_reviewer)
    draft = return_version(version, by=cast.second_reviewer, seen_sha256=version.sha256, comment=" Say who decides. ")
    version.refresh_from_db()
    assert (version.state, draft.state, draft.number) == ("returned", "draft", version.number + 1)
    assert draft.sha256 == version.sha256
    assert {one.author for one in draft.authorships.all()} == {cast.editor}
    assert Review.objects.get(reviewer=cast.second_reviewer, version=version).comment == "Say who decides."
    assert not approvals_of(draft).exists()
    assert events("version_returned") == 1


def test_returning_says_why(cast: Cast, version: Version) -> None:
    refused(
        Refusal.NO_REASON,
        lambda: return_version(version, by=cast.first_reviewer, seen_sha256=version.sha256, comment=" "),
    )


def test_any_change_needs_new_approvals(cast: Cast, version: Version) -> None:
    approved(version, cast.first_reviewer, cast.second_reviewer)
    changed = changed_draft(cast.editor, professional="Otherwise again.")
    assert changed.sha256 != version.sha256
    assert not approvals_of(changed).exists()


# The checklist


def test_the_first_approval_is_of_the_part_as_a_whole(cast: Cast) -> None:
    shipped_release()
    shipped = open_version(SAFETY)
    assert shipped is not None
    assert list(required_checklist(shipped)) == [WHOLE_PART]


def test_the_checklist_names_what_was_changed_added_and_removed(version: Version) -> None:
    before = document_of(version)
    after = json.loads(json.dumps(before))
    after["title"] = "Another title"
    after["rules"][0]["professional"] = "Otherwise."
    removed = after["rules"].pop(1)
    after["rules"].append({**after["rules"][0], "key": "new-one"})
    asked = checklist_for(before, after)
    assert list(asked) == ["head", f"rules/{after['rules'][0]['key']}", "rules/new-one", f"rules/{removed['key']}"]
    assert asked[f"rules/{removed['key']}"] == ["removed"]
    assert {question for questions in asked.values() for question in questions} <= set(QUESTIONS)
    after = json.loads(json.dumps(before))
    after["rules"].reverse()
    assert checklist_for(before, after) == {}


def test_what_another_hash_has_is_another_entry() -> None:
    """Python holds 1 and true for equal; the content does not."""
    before, after = ({"promises": [{"key": "one", "settled": written}]} for written in (True, 1))
    assert checklist_for(before, after) == {"promises/one": ["correct", "missing"]}


def test_the_order_of_renamed_codes_is_looked_at() -> None:
    first, second = ({"key": key, "finding": key, "to": "kps"} for key in ("first", "second"))
    asked = checklist_for({"renamed": [first, second]}, {"renamed": [second, first]})
    assert set(asked) <= {"renamed/first", "renamed/second"}
    assert list(asked.values()) == [["correct", "missing"]]
