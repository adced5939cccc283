"""Forms sent to the page of an entry: what is kept, what is refused, and that nothing typed gets lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.admin.forms.base import form_for
from pathways.admin.forms.names import Names
from pathways.editing.entries import FINDINGS, QUESTIONS, EntryKind, entry_hash
from pathways.models import Version
from pathways.selectors.candidates import working_candidate
from pathways.services.versions import start_version
from tests.cast import Cast
from tests.factories import shipped_release
from tests.guidance import entry_of
from tests.pathways.admin.forms import as_sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(cast: Cast, client_of: Callable[[Any], Client]) -> Client:
    shipped_release()
    return client_of(cast.editor)


def sent(version: Version, kind: EntryKind, identity: str, /, **typed: str) -> tuple[str, dict[str, Any]]:
    """The address of an entry, and its form with what was typed."""
    entry = entry_of(version, kind, identity)
    form = form_for(version.part, kind.name)(names=Names(working_candidate(version).document), entry=entry)
    address = reverse("admin:pathways_entry", args=[version.pk, kind.name, identity])
    return address, {**as_sent(form), "seen": entry_hash(entry), **typed}


def test_an_answer_carries_the_name_of_whoever_typed_it(editor: Client, cast: Cast) -> None:
    draft = start_version("evidence", by=cast.editor)
    address, typed = sent(draft, QUESTIONS, "microbleeds", answer="Yes, they do.")
    assert editor.post(address, typed).status_code == 302
    draft.refresh_from_db()
    answered = entry_of(draft, QUESTIONS, "microbleeds")
    assert (answered["answer"], answered["answered_by"]) == ("Yes, they do.", cast.editor.display_name)


@pytest.mark.parametrize(
    ("identity", "typed", "sentence"),
    [
        ("csf_cytology", {"options": "negative: Negative"}, "Rename or remove"),
        ("csf_cytology", {"valid_days": "a week"}, "is not a number"),
        ("cord_compression", {"kind": "number"}, "keeps its kind"),
    ],
)
def test_what_cannot_be_kept_stays_in_the_form(
    editor: Client, cast: Cast, identity: str, typed: dict[str, str], sentence: str
) -> None:
    draft = start_version("vocabulary", by=cast.editor)
    before = draft.document
    address, form = sent(draft, FINDINGS, identity, **typed)
    answer = editor.post(address, form)
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.document == before
    assert sentence in answer.text
    assert next(iter(typed.values())) in answer.text


def test_a_faulty_condition_is_kept_and_named_in_the_outline(editor: Client, cast: Cast) -> None:
    draft = start_version("vocabulary", by=cast.editor)
    address, form = sent(draft, FINDINGS, "her2", asked_when="primary_tumour is brest")
    page = editor.post(address, form, follow=True)
    draft.refresh_from_db()
    assert entry_of(draft, FINDINGS, "her2")["asked_when"] == "primary_tumour is brest"
    assert "Did you mean breast?" in page.text
