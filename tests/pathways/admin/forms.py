"""Opening a form of the guidance as a browser does, and sending back what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms

from pathways.admin.forms import base, cases, evidence, rules, safeguards, vocabulary  # noqa: F401 -- registers them
from pathways.admin.forms.base import EntryForm, form_for
from pathways.admin.forms.names import Names
from pathways.content_files import load_content
from pathways.editing.entries import KINDS, RENAMED, Entry, EntryKind, entries
from pathways.editing.parts import kind_of, parts_of

PROMISES: list[Entry] = [
    {
        "key": "no-it-while-bleeding",
        "kind": "never",
        "text": "Nothing is given into the CSF while there is a bleed.",
        "interventions": ["intrathecal_chemotherapy"],
        "stances": ["recommend", "consider"],
        "when": "intracranial_bleed is present\n",
    },
    {
        "key": "it-known",
        "kind": "known",
        "text": "Intrathecal chemotherapy needs to know of bleeding and flow.",
        "interventions": ["intrathecal_chemotherapy"],
        "stances": ["recommend", "consider"],
        "settled": True,
        "known": ["intracranial_bleed", "csf_flow"],
    },
]

ODD_CASE: Entry = {
    "id": "odd",
    "title": "Refers to what does not exist",
    "as_of": "2026-11-22",
    "findings": {"gone": "yes", "kps": None, "csf_protein": {"value": "0.90", "unit": "g/L"}, "vte": "no_option"},
    "expect": {"gone_too": {"stance": "avoid", "settled": False}, "vp_shunt": {"stance": None, "settled": True}},
    "expect_rules": {"bleed-it-resume": "does_not_apply"},
}


@cache
def shipped() -> dict[str, Any]:
    """The shipped content, with cases, promises and a marked gap, whether it has them or not."""
    document = dict(load_content().document)
    safe = dict(document.get("safeguards") or {})
    safe["cases"] = [*safe.get("cases", []), ODD_CASE]
    safe["promises"] = [*safe.get("promises", []), *PROMISES]
    safe["intended"] = [*safe.get("intended", []), {"subject": "kps between 60 and 70", "reason": "Local policy."}]
    return {**document, "safeguards": safe}


def every_entry() -> list[tuple[str, EntryKind, Entry]]:
    return [
        (part, kind, entry)
        for part, document in parts_of(shipped()).items()
        for kind in KINDS[kind_of(part)]
        if kind is not RENAMED
        for entry in entries(document, kind)
    ]


def form_of(
    part: str, kind: str, entry: Entry | None = None, typed: Mapping[str, Any] | None = None, *, is_new: bool = False
) -> EntryForm:
    """The form with what stands in it sent back, except for what was typed."""
    form = form_for(part, kind)
    opened = form(names=Names(shipped()), entry=entry, is_new=is_new)
    return form({**as_sent(opened), **(typed or {})}, names=Names(shipped()), entry=entry, is_new=is_new)


def as_sent(form: EntryForm) -> dict[str, Any]:
    """What a browser sends back of a form that nobody touched."""
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        if isinstance(widget, forms.MultiWidget):
            parts = zip(widget.widgets_names, widget.decompress(value), strict=True)
            sent |= {f"{bound.html_name}{suffix}": part for suffix, part in parts}
        elif isinstance(widget, forms.CheckboxInput):
            sent |= {bound.html_name: "on"} if value else {}
        elif isinstance(value, Mapping):
            sent |= {f"{bound.html_name}-{key}": part for key, part in value.items()}
        elif value is not None:
            sent[bound.html_name] = value.replace("\n", "\r\n") if isinstance(value, str) else value
    return sent


def entry_of(form: EntryForm, original: Entry) -> Entry:
    assert form.is_valid(), form.errors
    return form.to_entry(original)
