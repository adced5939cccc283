"""Opening the guidance pages and sending their forms back as a browser does."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

HTMX = {"HX-Request": "true"}
NOBODY = uuid4()
FIELD = re.compile(r"<(input|textarea|select)\b[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def address(page: str, *ids: Any) -> str:
    return reverse(f"admin:pathways_{page}", args=ids)


def form_of(text: str, form_id: str = "entry-form") -> dict[str, Any]:
    """What stands in a form, by name, as the browser would send it."""
    body = text[text.index(f'<form id="{form_id}"') :].partition("</form>")[0]
    sent: dict[str, Any] = {}
    for match in FIELD.finditer(body):
        attributes = dict(ATTRIBUTE.findall(match.group()))
        name = attributes.get("name")
        if not name or "disabled" in attributes:
            continue
        tag = match.group(1)
        kind = attributes.get("type", "text")
        if tag == "textarea":
            inner = body[match.end() :].partition("</textarea>")[0]
            sent[name] = html.unescape(inner.removeprefix("\n").removeprefix("\r\n"))
        elif tag == "select":
            chosen = re.search(r'<option value="([^"]*)" selected', body[match.end() :].partition("</select>")[0])
            sent[name] = html.unescape(chosen.group(1)) if chosen else ""
        elif kind in {"checkbox", "radio"}:
            if "checked" in attributes:
                sent.setdefault(name, []).append(html.unescape(attributes.get("value", "on")))
        else:
            sent[name] = html.unescape(attributes.get("value", ""))
    return sent


def opened(client: Client, url: str) -> dict[str, Any]:
    answer = client.get(url)
    assert answer.status_code == 200
    return form_of(answer.text)
