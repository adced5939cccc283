"""The next missing finding: in the navigation and the panel, with what it would settle, and on to the next."""

import re

import pytest
from django.test import Client

from patients.findings import Answer
from patients.models import Assessment
from tests import factories
from tests.cast import Cast
from tests.patients.assessment_form import form_of
from tests.patients.pages import ClientOf, address, text_of
from tests.patients.test_what_would_change import OPEN, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.consultant)


def links(page: str) -> list[tuple[str, str]]:
    """Where both links lead, and what stands beside them."""
    found = re.findall(r'<a id="(?:nav-missing|panel-next-missing)" href="([^"]+)">(.*?)</(?:li|p)>', page, re.DOTALL)
    return [(href, said(words).strip()) for href, words in found]


def test_it_names_the_finding_and_how_many_verdicts_it_would_settle(
    client: Client, cast: Cast, draft: Assessment
) -> None:
    factories.save(draft, cast.consultant, OPEN)
    nav, panel = links(text_of(client.get(address("assessment_edit", draft.pk))))
    assert nav == (
        "#question-csf_flow",
        "Next missing: CSF flow would help settle 2 verdicts (2\N{NO-BREAK SPACE}missing)".replace(
            "\N{NO-BREAK SPACE}", " "
        ),
    )
    assert panel == ("#question-csf_flow", "Next missing: CSF flow, would help settle 2 verdicts")


def test_after_the_answer_it_leads_to_the_next(client: Client, cast: Cast, draft: Assessment) -> None:
    factories.save(draft, cast.consultant, OPEN | {"kps": ""})
    url = address("assessment_edit", draft.pk)
    page = client.get(url)
    first = {href for href, _ in links(text_of(page))}
    assert first == {"#question-kps"}
    answer = client.post(url, form_of(page, finding_kps="80"), headers={"HX-Request": "true"})
    assert {href for href, _ in links(text_of(answer))} == {"#question-csf_flow"}


def test_what_was_said_to_be_not_known_waits_behind_the_others(client: Client, cast: Cast, draft: Assessment) -> None:
    awaited = Answer(why_unknown="awaited")
    factories.save(draft, cast.consultant, OPEN | {"kps": awaited})
    (href, _), *_ = links(text_of(client.get(address("assessment_edit", draft.pk))))
    assert href == "#question-csf_flow"


def test_nothing_missing_no_link(client: Client, cast: Cast, draft: Assessment) -> None:
    everything = OPEN | {"csf_flow": "unobstructed", "radiotherapy_to_block": "no"}
    factories.save(draft, cast.consultant, everything)
    assert links(text_of(client.get(address("assessment_edit", draft.pk)))) == []
