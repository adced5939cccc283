"""The page of a whole pathway, without any patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from pathways.flow.pages import Choice, FlowBody, screen_body, zoom_choices, zoom_of
from pathways.flow.showing import shown_flow
from pathways.proof_status import proof_words
from pathways.selectors import LoadedRelease


@dataclass(frozen=True, slots=True)
class PathwayFlowPage:
    title: str
    summary: str
    content_line: str
    pathways: tuple[Choice, ...]
    zooms: tuple[Choice, ...]
    body: FlowBody


def pathway_flow_page(loaded: LoadedRelease, code: str, asked: Mapping[str, str]) -> PathwayFlowPage | None:
    """None where the release in force has no such pathway. What is `asked` for and does not exist is left aside."""
    release, record = loaded.engine, loaded.record
    pathway = next((one for one in release.pathways if one.code == code), None)
    if pathway is None:
        return None
    zoom, section = zoom_of(asked.get("zoom", "")), asked.get("section", "")
    flow = shown_flow(release, pathway)
    return PathwayFlowPage(
        title=pathway.title,
        summary=pathway.summary,
        content_line=f"Release {record.number}, {record.get_status_display().lower()}, {proof_words(record)}",
        pathways=tuple(Choice(one.title, flow_href(one.code), one.code == code) for one in release.pathways),
        zooms=zoom_choices(zoom, lambda one: flow_href(code, zoom=one, section=section)),
        body=screen_body(
            flow,
            zoom=zoom,
            section=section,
            href_of=lambda one: f"{flow_href(code, zoom=zoom, section=one)}#section-{one}",
        ),
    )


def flow_href(code: str, **asked: str | int) -> str:
    return reverse("pathways:flow", args=[code]) + query(asked)


def query(asked: Mapping[str, str | int]) -> str:
    """ "?zoom=150&section=corticosteroids", without what is empty."""
    written = QueryDict(mutable=True)
    written.update({name: str(value) for name, value in asked.items() if value})
    return f"?{written.urlencode()}" if written else ""
