"""pathways:help and pathways:about in full: every word is explained, and what is running is said with its limits."""

from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from pathways.guide.about_application import latest_changes, used_software
from pathways.guide.help_page import help_page_content
from pathways.guide.running_parts import running_part
from pathways.selectors import loaded
from pathways.selectors.approvals import PartOfRelease
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["/help/", "/about/"])
def test_every_entry_of_the_contents_list_leads_to_a_heading(client: Client, page: str) -> None:
    factories.shipped_release()
    text = text_of(client.get(page))
    contents = text[text.index('<nav class="panel-box guide-contents"') :]
    targets = [part.partition('"')[0] for part in contents.partition("</nav>")[0].split('href="#')[1:]]
    assert len(targets) > 8
    assert not [target for target in targets if f'id="{target}"' not in text]


def test_help_explains_settled_and_the_four_kinds_of_nothing_with_their_shapes(client: Client) -> None:
    page = unescape(text_of(client.get("/help/")))
    content = help_page_content()
    assert len(content.kinds_of_nothing) == 4
    for term in (*content.kinds_of_nothing, *content.gradings):
        assert f"<dt>{term.word}</dt><dd>{term.meaning}</dd>" in page
    for state in content.states:
        assert state.meaning in page
        assert all(f'href="#shape-{code}"' in page for code in state.shapes)


def test_f1_finds_the_help_link_on_every_page(client: Client) -> None:
    for page in ("/help/", "/about/"):
        assert text_of(client.get(page)).count("data-help") == 1


def test_about_names_every_part_and_that_nobody_has_approved_it(cast: Cast, client_of: ClientOf) -> None:
    factories.shipped_release()
    page = unescape(text_of(client_of(cast.registrar).get("/about/")))
    for words in ("Findings and interventions", "Promises and cases", "Initial treatment", "Nobody yet", "No date set"):
        assert words in page
    assert "no machine learning" in page


def test_names_of_approvers_are_for_whoever_is_signed_in(client: Client) -> None:
    factories.shipped_release()
    assert "Names are shown when you are signed in" in text_of(client.get("/about/"))


def test_a_part_is_shown_with_its_approvers_by_name_and_date(cast: Cast) -> None:
    release = loaded(factories.shipped_release()).engine
    moment = cast.editor.date_joined
    approved = PartOfRelease("pathways/safety", 3, "a" * 64, (("Dr Ines Castro", "Reviewer", moment),))
    shown = running_part(release, approved)
    assert (shown.title, shown.version) == ("Safety", "Version 3")
    assert shown.approved[0].startswith("Dr Ines Castro, Reviewer, ")


def test_the_latest_changes_are_those_of_the_version_that_runs() -> None:
    latest = latest_changes()
    assert latest.heading.startswith(settings.VERSION)
    assert latest.changes
    assert not [change for change in latest.changes if "\n" in change]


def test_every_library_that_is_asked_for_is_listed_with_a_licence() -> None:
    wanted = (Path(settings.BASE_DIR) / "requirements.in").read_text(encoding="utf-8")
    named = {one.name.lower() for one in used_software()}
    assert {"django", "gunicorn", "psycopg"} <= named
    assert len(named) == len([line for line in wanted.splitlines() if line and not line.startswith("#")])
    assert all(one.licence for one in used_software())
