"""Saving a form that nobody touched changes nothing, for every entry of the shipped content."""

from __future__ import annotations

import pytest

from pathways.admin.forms.base import form_for
from pathways.admin.forms.names import Names
from pathways.editing.entries import Entry, EntryKind
from pathways.engine.release import canonical_json
from tests.pathways.admin.forms import as_sent, entry_of, every_entry, form_of, shipped

EVERY = every_entry()


@pytest.mark.parametrize(
    ("part", "kind", "entry"), EVERY, ids=[f"{part}-{kind.name}-{entry[kind.identity]}" for part, kind, entry in EVERY]
)
def test_an_untouched_form_changes_nothing(part: str, kind: EntryKind, entry: Entry) -> None:
    before = canonical_json(entry)
    assert canonical_json(entry_of(form_of(part, kind.name, entry), entry)) == before
    assert canonical_json(entry) == before, "the form changed the entry that it was given"


@pytest.mark.parametrize(("part", "kind"), sorted({(part, kind.name) for part, kind, _ in EVERY}))
def test_what_the_form_does_not_know_stays(part: str, kind: str) -> None:
    entry = next(one for where, of, one in EVERY if (where, of.name) == (part, kind))
    strange = {**entry, "from_elsewhere": {"kept": [1, "2"]}}
    assert entry_of(form_of(part, kind, strange), strange) == strange


@pytest.mark.parametrize(("part", "kind"), sorted({(part, kind.name) for part, kind, _ in EVERY}))
def test_every_field_stands_in_a_section_once(part: str, kind: str) -> None:
    for is_new in (True, False):
        form = form_for(part, kind)(names=Names(shipped()), entry={}, is_new=is_new)
        shown = [name for section in form.sections for name in section.fields if name in form.fields]
        beside = {name for name, field in form.fields.items() if getattr(field, "shape", "") == "places"}
        assert sorted(shown) == sorted(set(form.fields) - beside)
        assert as_sent(form) is not None
