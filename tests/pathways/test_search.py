"""pathways:search"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.html import escape

from audit.models import AuditEvent
from pathways.models import Release
from pathways.permissions import NotAllowed, Refusal
from pathways.selectors.search import search_content
from pathways.services.search import search_guidance
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, events_of, nobody_is_sent_to_sign_in, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db

URL = "/guidance/search/"
HOSTILE = {
    "ten kilobytes": "bleed " * 1700,
    "one word of ten kilobytes": "b" * 10_000,
    "NUL": "bleed\x00shunt",
    "quotes": "\"bleed' OR '1'='1",
    "operators of SQL": "'; DROP TABLE pathways_searchentry; --",
    "operators of SQLite": 'NEAR("a" "b") AND NOT * ^ : {about}: -bleed',
    "operators of PostgreSQL": "bleed & !shunt | <-> :*A ')",
    "right to left": "\u202eدم في الدماغ bleed",
    "markup": "<script>alert(1)</script> bleed <img src=x onerror=alert(1)>",
    "template": "{{ request }} {% debug %} %s %(x)s",
    "control characters": "".join(map(chr, range(1, 32))) + "bleed",
    "unpaired and astral": "bleed \U0001f9e0 \ufeff\ufffe",
    "only stop words": "the of and is it",
    "punctuation": "?!.,;:()[]{}",
    "empty": "",
    "spaces": "   \t ",
}


@pytest.fixture
def release() -> Release:
    return factories.shipped_release()


def found(client: Client, question: str, **filters: str) -> Any:
    return client.post(URL, {"question": question, **filters})


def keys_in(page: str) -> list[str]:
    return re.findall(r'<li class="search-result[^"]*" id="([\w-]+)"', page)


def test_the_box_and_nothing_else_before_a_search(cast: Cast, client_of: ClientOf, release: Release) -> None:
    response = client_of(cast.registrar).get(URL)
    assert response.status_code == 200
    page = text_of(response)
    assert 'role="search"' in page
    assert 'aria-current="page">Search guidance' in page
    assert 'id="results-heading"' not in page


def test_a_result_has_its_class_its_words_its_pathway_and_its_review(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    page = text_of(found(client_of(cast.registrar), "blood thinner brain bleed: DOAC or LMWH?"))
    assert keys_in(page)[0] == "rule-bleed-lmwh"
    first = page[page.index('id="rule-bleed-lmwh"') : page.index("</li>", page.index('id="rule-bleed-lmwh"'))]
    assert 'href="#shape-note"' in first
    assert "Note:</span> Anticoagulation" in first
    assert "<mark>low-molecular-weight heparin</mark>" in first
    assert "Intracranial bleeding · Release 1, under review; version 1" in first
    assert "Management of Intracranial Bleeding" in first
    assert "contested" in first
    assert escape("/guidance/ask/?rule=bleed-lmwh&intervention=anticoagulation") in first


def test_nothing_is_said_that_the_guidance_does_not_say(cast: Cast, client_of: ClientOf, release: Release) -> None:
    response = found(client_of(cast.registrar), "IVC filter DVT")
    entries = search_content(release.sha256).entries
    said = " ".join(passage.text for entry in entries for passage in entry.passages())
    for result in response.context["page"].results:
        for line in result.lines:
            assert "".join(one.text for one in line.segments) in said


def test_filters_narrow_the_results_down(cast: Cast, client_of: ClientOf, release: Release) -> None:
    client = client_of(cast.registrar)
    rules = text_of(found(client, "hydrocephalus", kind="rule", pathway="safety"))
    assert keys_in(rules)
    assert {one.removeprefix("rule-").partition("-")[0] for one in keys_in(rules)} == {"safe"}
    assert "without the filter" in rules
    nothing = text_of(found(client, "apixaban", kind="rule", pathway="diagnosis"))
    assert "0 results" in nothing
    assert found(client, "apixaban", kind="nonsense", pathway="../x").status_code == 200


def test_a_finding_leads_to_the_rules_that_ask_for_it(cast: Cast, client_of: ClientOf, release: Release) -> None:
    page = text_of(found(client_of(cast.registrar), "Karnofsky 0 to 100 in steps of 10", kind="finding"))
    assert keys_in(page)[0] == "finding-kps"
    assert "rule=init-prognostic-kps" in page


def test_no_match_keeps_the_text_for_the_content_team(cast: Cast, client_of: ClientOf, release: Release) -> None:
    page = text_of(found(client_of(cast.registrar), "pemetrexed <zoledronate>"))
    assert "Nothing in the guidance in force matches “pemetrexed &lt;zoledronate&gt;”" in page
    assert "Send the question to the content team" in page
    assert re.search(r"<textarea[^>]*>\s*pemetrexed &lt;zoledronate&gt;</textarea>", page)


def test_a_word_that_stands_nowhere_is_named_beside_the_results(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    page = text_of(found(client_of(cast.registrar), "pemetrexed intrathecal dose"))
    assert "Nowhere in the guidance: “pemetrexed”." in page
    assert keys_in(page)


def test_a_misspelt_word_is_named_with_what_it_was_read_as(cast: Cast, client_of: ClientOf, release: Release) -> None:
    page = text_of(found(client_of(cast.registrar), "hydrocephalis"))
    assert "“hydrocephalis” was read as “hydrocephalus”." in page


def test_whatever_is_typed_is_answered(cast: Cast, client_of: ClientOf, release: Release) -> None:
    client = client_of(cast.registrar)
    for name, typed in HOSTILE.items():
        response = found(client, typed, kind=typed, pathway=typed)
        assert response.status_code == (200 if typed.replace("\x00", "").strip() else 422), name
        page = text_of(response)
        assert "<script>alert" not in page, name
        assert "<img src=x" not in page, name
        assert re.search(r"results? for|Nothing in the guidance in force matches|Enter a question", page), name


def test_what_looks_like_a_patient_is_neither_searched_for_nor_kept(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    client = client_of(cast.registrar)
    for question, words in (
        ("bleed in 999 000 0018", "this looks like an NHS number"),
        ("X10023 has a bleed", "this looks like a hospital number"),
        ("born 14-Jul-1961, bleed", "this looks like a date of birth"),
    ):
        response = found(client, question)
        assert response.status_code == 422
        assert words in text_of(response)
        assert keys_in(text_of(response)) == []
        event = searches()[-1]
        assert event.outcome == "refused"
        assert values_of(event)["after"] == {"question": "", "results": 0}


def searches() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="pathways.guidance_searched").order_by("at_us"))


def values_of(event: AuditEvent) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(bytes(event.payload))["values"]
    return values


def test_the_log_is_told_the_question_and_the_number_of_results(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    client = client_of(cast.registrar)
    assert events_of(lambda: found(client, "IVC filter")) == ["pathways.guidance_searched"]
    (event,) = searches()
    assert values_of(event)["after"]["question"] == "IVC filter"
    assert values_of(event)["after"]["results"] > 0
    assert str(release.pk) == event.target
    assert events_of(lambda: client.get(URL)) == []


def test_without_guidance_there_is_nothing_to_search(cast: Cast, client_of: ClientOf) -> None:
    page = text_of(found(client_of(cast.registrar), "bleed"))
    assert "Content: none in force. No advice is given." in page
    assert "There is nothing to search." in page


@override_settings(LM_MODE="live")
def test_in_live_mode_guidance_that_is_not_approved_is_not_found(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    client = client_of(cast.registrar)
    for response in (client.get(URL), found(client, "withhold intrathecal chemotherapy")):
        page = text_of(response)
        assert "no approved guidance is in force" in page
        assert keys_in(page) == []
        assert "while there is any intracranial bleeding" not in page


def test_whoever_treats_patients_or_works_on_the_guidance_may_search(
    cast: Cast, client_of: ClientOf, release: Release
) -> None:
    for user in (cast.registrar, cast.consultant, cast.editor, cast.first_reviewer, cast.publisher):
        client = client_of(user)
        assert keys_in(text_of(found(client, "hospice")))
        assert "Search guidance</a>" in text_of(client.get(reverse("pathways:about")))


def test_others_may_not(cast: Cast, client_of: ClientOf, release: Release) -> None:
    for user in (cast.auditor, cast.privacy_officer, cast.administrator):
        client = client_of(user)
        assert client.get(URL).status_code == 403
        assert found(client, "hospice").status_code == 403
        assert "Search guidance</a>" not in text_of(client.get(reverse("pathways:about")))
        with pytest.raises(NotAllowed) as refused:
            search_guidance("hospice", by=user)
        assert refused.value.refusal is Refusal.MAY_NOT_ASK


def test_nobody_signed_in_and_other_methods(cast: Cast, client: Client, client_of: ClientOf, release: Release) -> None:
    nobody_is_sent_to_sign_in(client, URL)
    refuses_other_methods(client_of(cast.registrar), URL, "put", "delete")
