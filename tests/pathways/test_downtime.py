"""pathways:blank_form and pathways:printed_pathways: what lies in the folder for the time without computers."""

from html import unescape

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from audit.models import AuditEvent
from pathways.engine.vocabulary import YES_AND_NO
from pathways.guide.blank_form import NOT_KNOWN
from pathways.selectors import loaded
from patients.states import WhyUnknown
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, events_of, nobody_is_sent_to_sign_in, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db
PAPERS = ("blank_form", "printed_pathways")


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.registrar)


def paper(client: Client, name: str) -> str:
    return unescape(text_of(client.get(reverse(f"pathways:{name}"))))


def test_the_blank_form_asks_every_question_with_every_answer_and_unit(client: Client) -> None:
    vocabulary = loaded(factories.shipped_release()).engine.vocabulary
    page = paper(client, "blank_form")
    for finding in vocabulary.findings.values():
        assert f". {finding.label}</strong>" in page
        assert (finding.date_label or "Date observed") in page
        for option in finding.options or (YES_AND_NO if not finding.units and finding.step is None else ()):
            assert f'<span class="tick-box"></span> {option.label}' in page
        for unit in finding.units:
            assert f'<span class="tick-box"></span> {unit.code}' in page


def test_nothing_is_ticked_and_every_question_may_stay_unknown(client: Client) -> None:
    """Safety: an empty line is unknown on paper as well."""
    questions = len(loaded(factories.shipped_release()).engine.vocabulary.findings)
    page = paper(client, "blank_form")
    assert "An empty line is “unknown”, never “no”." in page
    assert "checked" not in page
    for words in NOT_KNOWN:
        assert page.count(f"</span> {words}</span>") == questions


def test_the_ways_not_to_know_are_those_of_the_assessment() -> None:
    assert set(NOT_KNOWN) == {str(label) for label in WhyUnknown.labels}


def test_the_blank_form_has_room_for_who_it_is_about_and_who_wrote_it(client: Client) -> None:
    factories.shipped_release()
    page = paper(client, "blank_form")
    for words in ("Family name", "NHS No.", "Hospital No.", "Allergies:", "Assessed on", "Signed", "Reassess by"):
        assert words in page


def test_every_rule_is_printed_with_its_words_conditions_and_class(client: Client) -> None:
    release = loaded(factories.shipped_release()).engine
    page = paper(client, "printed_pathways")
    for rule in release.rules.values():
        assert rule.professional in page, rule.key
        assert f"Rule {rule.key}." in page
        if rule.lifted_by:
            assert rule.lifted_by in page
        for caution in rule.cautions:
            assert release.evidence.cautions[caution].text in page
    for reference in release.evidence.references.values():
        if reference.problem and any(reference.key in rule.references for rule in release.rules.values()):
            assert reference.problem in page


def test_urgent_rules_and_never_events_stand_before_every_pathway_and_prohibitions_first(client: Client) -> None:
    factories.shipped_release()
    page = paper(client, "printed_pathways")
    assert page.index("Urgent, whatever else applies") < page.index('id="never"') < page.index('id="pathway-1"')
    assert page.index("Intrathecal chemotherapy is never recommended or considered while there is") > 0
    bleeding = page[page.index("Intracranial bleeding: Intrathecal chemotherapy") :]
    forbids, withholds = bleeding.index("Rule bleed-it-csi."), bleeding.index("Rule bleed-it-withhold.")
    assert forbids < withholds < bleeding.index("Rule bleed-it-resume.")


def test_each_pathway_leads_to_its_flow_diagram(client: Client) -> None:
    for pathway in loaded(factories.shipped_release()).engine.pathways:
        assert f'href="{reverse("pathways:flow", args=[pathway.code])}"' in paper(client, "printed_pathways")


def test_every_alternative_of_a_condition_is_a_line_of_its_own(client: Client) -> None:
    factories.shipped_release()
    page = paper(client, "printed_pathways")
    assert "Applies when one of these holds:" in page
    assert "<li>Intracranial bleeding is Present and" in page or "<li>Intracranial bleeding is Present</li>" in page


@pytest.mark.parametrize("name", PAPERS)
def test_each_sheet_names_its_content_its_status_and_the_day(client: Client, name: str) -> None:
    release = factories.shipped_release()
    page = paper(client, name)
    for words in ("TRAINING.", "release 1", release.sha256[:12], "UNDER REVIEW", "by Dr Samir Haddad", "Printed "):
        assert words in page


@pytest.mark.parametrize("name", PAPERS)
def test_opening_it_for_print_is_one_event(client: Client, cast: Cast, name: str) -> None:
    release = factories.shipped_release()
    assert events_of(lambda: paper(client, name)) == ["pathways.guidance_printed"]
    event = AuditEvent.objects.get(action="pathways.guidance_printed")
    assert (event.target, event.actor_id) == (str(release.pk), str(cast.registrar.pk))


@pytest.mark.parametrize("name", PAPERS)
@override_settings(LM_MODE="live")
def test_in_live_mode_unapproved_guidance_is_not_printed(client: Client, name: str) -> None:
    """Safety: no advice, and no question that would look like guidance in force."""
    release = loaded(factories.shipped_release()).engine
    page = paper(client, name)
    assert "Content: no approved guidance is in force. No advice is given." in page
    assert "TRAINING" not in page
    assert not [rule.key for rule in release.rules.values() if rule.professional in page]
    assert "Karnofsky" not in page


@pytest.mark.parametrize("name", PAPERS)
def test_without_content_it_says_so(client: Client, name: str) -> None:
    assert "Content: none in force. No advice is given." in paper(client, name)


@pytest.mark.parametrize("name", PAPERS)
def test_it_is_only_read_and_only_by_somebody(client: Client, name: str) -> None:
    url = reverse(f"pathways:{name}")
    refuses_other_methods(client, url, "post", "put", "delete")
    nobody_is_sent_to_sign_in(Client(), url)


@pytest.mark.parametrize("name", PAPERS)
def test_help_leads_to_it_for_whoever_is_signed_in(client: Client, name: str) -> None:
    url = reverse(f"pathways:{name}")
    assert url in text_of(client.get("/help/"))
    assert url not in text_of(Client().get("/help/"))
