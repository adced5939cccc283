"""Reads the assessment form out of a page as a browser would send it."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class FormReader(HTMLParser):
    """The successful controls of one form, buttons left out."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.fields: dict[str, str] = {}
        self._inside = False
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == self.form_id
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input" and (given.get("type") not in {"radio", "checkbox"} or "checked" in given):
            self.fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self.fields or "selected" in given):
            self.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._textarea = ""


def form_of(response: HttpResponse, **changed: Any) -> dict[str, str]:
    """What the browser sends after somebody changed these fields; `finding_kps` stands for "finding-kps"."""
    reader = FormReader("assessment-form")
    reader.feed(response.content.decode())
    renamed = {name.replace("__", "-"): value for name, value in changed.items()}
    return reader.fields | {
        (f"finding-{name.removeprefix('finding_')}" if name.startswith("finding_") else name): value
        for name, value in renamed.items()
    }
