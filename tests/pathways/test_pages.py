"""pathways:about and pathways:help"""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from pathways.advice_classes import LEGEND, class_of
from pathways.engine.evaluation import Verdict
from pathways.engine.rules import Rule
from pathways.engine.stances import Stance
from tests import factories
from tests.cast import Cast
from tests.patients.pages import ClientOf, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db


def test_about_shows_what_runs_and_what_is_wrong_with_its_sources(cast: Cast, client_of: ClientOf) -> None:
    release = factories.shipped_release()
    page = text_of(client_of(cast.registrar).get(reverse("pathways:about")))
    for words in (
        "Content: release 1, under review, not proved yet.",
        release.sha256[:12],
        "Intracranial bleeding",
        "lists four",
        "infection",
        "Open questions for the hospital’s board (12)",
        "It does not diagnose, prescribe, calculate doses",
        "not for children",
    ):
        assert words in page, words


def test_without_content_it_says_that_no_advice_is_given(client: Client) -> None:
    assert "Content: none in force. No advice is given." in text_of(client.get(reverse("pathways:about")))


@override_settings(LM_MODE="live")
def test_in_live_mode_content_under_review_is_not_in_force(client: Client) -> None:
    factories.shipped_release()
    page = text_of(client.get(reverse("pathways:about")))
    assert "Content: no approved guidance is in force. No advice is given." in page
    assert ">LIVE<" in page


def test_help_shows_every_class_with_its_shape(client: Client) -> None:
    page = text_of(client.get(reverse("pathways:help")))
    for advice in LEGEND:
        assert f'href="#shape-{advice.code}"' in page
        assert f'id="shape-{advice.code}"' in page
        assert advice.meaning in page.replace("&#x27;", "'")


def test_every_page_says_which_mode_it_runs_in(client: Client) -> None:
    assert ">TRAINING<" in text_of(client.get(reverse("pathways:help")))


@pytest.mark.parametrize("name", ["about", "help"])
def test_they_are_only_read(client: Client, name: str) -> None:
    refuses_other_methods(client, reverse(f"pathways:{name}"), "post", "put", "delete")


def verdict(stance: Stance | None, *, settled: bool, satisfied: bool = False) -> Verdict:
    rules: tuple[Rule, ...] = ()
    return Verdict("one", stance, settled, (), satisfied, rules, rules, rules)


@pytest.mark.parametrize(
    ("stance", "settled", "satisfied", "word"),
    [
        (Stance.CONTRAINDICATE, True, False, "Do not"),
        (Stance.CONTRAINDICATE, False, False, "Do not"),
        (Stance.WITHHOLD, True, False, "Not now"),
        (Stance.WITHHOLD, False, False, "Not now"),
        (Stance.AVOID, True, False, "Not advised"),
        (Stance.AVOID, False, False, "Not advised"),
        (Stance.DISCUSS, True, False, "Discuss"),
        (Stance.DISCUSS, False, False, "Discuss"),
        (Stance.RECOMMEND, True, False, "Do"),
        (Stance.RECOMMEND, False, False, "Not settled"),
        (Stance.RECOMMEND, True, True, "Done"),
        (Stance.RECOMMEND, False, True, "Not settled"),
        (Stance.CONSIDER, True, False, "Consider"),
        (Stance.CONSIDER, False, False, "Not settled"),
        (None, True, False, "Not addressed"),
        (None, False, False, "Not addressed"),
    ],
)
def test_the_class_of_a_verdict(stance: Stance | None, settled: bool, satisfied: bool, word: str) -> None:
    assert class_of(verdict(stance, settled=settled, satisfied=satisfied)).word == word
