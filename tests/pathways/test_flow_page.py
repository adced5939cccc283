"""pathways:flow"""

import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from pathways.models import Release
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, events_of, nobody_is_sent_to_sign_in, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db
PATHWAYS = ("diagnosis", "safety", "initial-treatment", "intracranial-bleed")


@pytest.fixture
def release(db: None) -> Release:
    return factories.shipped_release()


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.first_reviewer)


def url(pathway: str = "initial-treatment") -> str:
    return reverse("pathways:flow", args=[pathway])


def test_the_whole_pathway_as_a_drawing_and_as_a_list(client: Client, release: Release) -> None:
    for pathway in PATHWAYS:
        page = text_of(client.get(url(pathway)))
        for words in ('<svg class="flow-chart"', "Start: ", " as a list", " in full", "Release 1, under review"):
            assert words in page, words
        assert "This patient" not in page


def test_what_the_policy_refuses_is_not_in_it(client: Client, release: Release) -> None:
    page = text_of(client.get(url()))
    drawing = "".join(re.findall(r"<svg class=\"flow-chart\".*?</svg>", page, re.DOTALL))
    assert drawing
    assert not re.search(r"style|<script|\son[a-z]+=|foreignObject|javascript:", drawing)


def test_every_link_within_the_page_leads_somewhere(client: Client, release: Release) -> None:
    for pathway in PATHWAYS:
        page = text_of(client.get(url(pathway)))
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), pathway
        assert {target for target in re.findall(r'href="#([^"]+)"', page) if target != "main"} <= set(ids)


def test_a_section_is_opened_by_a_link(client: Client, release: Release) -> None:
    assert "Corticosteroids as a list" not in text_of(client.get(url()))
    opened = client.get(url(), {"section": "corticosteroids", "zoom": "150"})
    assert "Corticosteroids as a list" in text_of(opened)
    assert "?zoom=150&amp;section=focal_radiotherapy#section-focal_radiotherapy" in text_of(opened)


def test_what_does_not_exist_is_left_aside(client: Client, release: Release) -> None:
    for asked in ("zoom=7", "zoom=abc", "section=%3Cb%3E", "section=nothing", "zoom=200&zoom=75", "show=x"):
        assert client.get(f"{url()}?{asked}").status_code == 200, asked


def test_a_pathway_that_does_not_exist(client: Client, release: Release) -> None:
    assert client.get(url("no-such")).status_code == 404


def test_without_guidance_it_says_so(client: Client) -> None:
    assert "Content: none in force. No advice is given." in text_of(client.get(url()))


@override_settings(LM_MODE="live")
def test_in_live_mode_content_under_review_is_not_drawn(client: Client, release: Release) -> None:
    page = text_of(client.get(url()))
    assert "Content: no approved guidance is in force. No advice is given." in page
    assert "flow-chart" not in page


def test_whoever_is_signed_in_may_read_it_and_nothing_is_recorded(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    for person in (cast.consultant, cast.outsider, cast.auditor, cast.editor):
        assert client_of(person).get(url()).status_code == 200
    assert events_of(lambda: client_of(cast.auditor).get(url())) == []
    nobody_is_sent_to_sign_in(client_of(None), url())


def test_other_methods(client: Client, release: Release) -> None:
    refuses_other_methods(client, url(), "post", "put", "delete", "patch")
