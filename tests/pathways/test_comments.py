"""Comments: on a field of an entry, kept with the part until somebody resolves them."""

from __future__ import annotations

import pytest

from pathways.models import Comment, Version
from pathways.permissions import Refusal
from pathways.selectors.versions import comments_of
from pathways.services.comments import add_comment, resolve_comment
from pathways.services.versions import start_version
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import RULE, SAFETY, events, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast: Cast) -> Version:
    shipped_release()
    return start_version(SAFETY, by=cast.editor)


@pytest.mark.parametrize("who", ["editor", "first_reviewer", "publisher"])
def test_whoever_works_on_the_guidance_comments(cast: Cast, version: Version, who: str) -> None:
    person = getattr(cast, who)
    comment = add_comment(version, by=person, entry=f"rules/{RULE}", field="professional", text=" Too long. ")
    assert (comment.text, comment.by_name) == ("Too long.", person.display_name)
    assert events("comment_added") == 1


def test_a_comment_stays_with_the_part_until_it_is_resolved(cast: Cast, version: Version) -> None:
    comment = add_comment(version, by=cast.first_reviewer, entry="", field="", text="Say who decides.")
    assert list(comments_of(SAFETY)) == [comment]
    resolved = resolve_comment(comment, by=cast.editor)
    assert (list(comments_of(SAFETY)), list(comments_of(SAFETY, resolved=True))) == ([], [comment])
    assert resolved.resolved_by_name == cast.editor.display_name
    assert events("comment_resolved") == 1
    refused(Refusal.ALREADY_RESOLVED, lambda: resolve_comment(comment, by=cast.editor))


@pytest.mark.parametrize(
    ("entry", "field", "text", "refusal"),
    [
        ("", "", " \n ", Refusal.NO_TEXT),
        ("", "", "NUL \0", Refusal.BAD_TEXT),
        ("", "", "x" * 20_001, Refusal.BAD_TEXT),
        ("x" * 161, "", "Text.", Refusal.BAD_TEXT),
        ("", "x" * 81, "Text.", Refusal.BAD_TEXT),
        ("rules/\0", "", "Text.", Refusal.BAD_TEXT),
    ],
)
def test_a_comment_that_cannot_be_kept(
    cast: Cast, version: Version, entry: str, field: str, text: str, refusal: Refusal
) -> None:
    refused(refusal, lambda: add_comment(version, by=cast.editor, entry=entry, field=field, text=text))


@pytest.mark.parametrize("who", ["outsider", "consultant", "auditor", "administrator"])
def test_nobody_else_comments(cast: Cast, version: Version, who: str) -> None:
    comment = add_comment(version, by=cast.editor, entry="", field="", text="Text.")
    person = getattr(cast, who)
    refused(Refusal.NO_CONTENT_ROLE, lambda: add_comment(version, by=person, entry="", field="", text="Text."))
    refused(Refusal.NO_CONTENT_ROLE, lambda: resolve_comment(comment, by=person))
    assert Comment.objects.count() == 1
