"""admin:pathways_known_patients, pathways_known_patients_check and pathways_advice_resume"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pathways.known_patients import Differing, Outcome
from pathways.models import CanaryAcknowledgement, CanaryRun, Release
from pathways.selectors.canaries import stopped_since
from pathways.services.canaries import store_run
from tests.cast import Cast
from tests.pathways.admin.pages import address
from tests.patients.pages import events_of, refuses_other_methods, text_of

pytestmark = pytest.mark.django_db

WRONG = Outcome(95, (Differing("case-01", "Somebody: advised <otherwise>"),))


@pytest.fixture
def publisher(cast: Cast, client_of: Callable[[Any], Client]) -> Client:
    return client_of(cast.publisher)


def test_before_the_first_check_the_page_says_so(publisher: Client, release: Release) -> None:
    page = text_of(publisher.get(address("known_patients")))
    assert "have not been checked yet" in page
    assert "give advice again" not in page


def test_checking_now(publisher: Client, release: Release) -> None:
    told = events_of(lambda: publisher.post(address("known_patients_check")))
    assert [one for one in told if one != "row.changed"] == ["pathways.known_patients_checked"]
    assert CanaryRun.objects.get().passed
    page = text_of(publisher.get(address("known_patients")))
    assert "all known patients were advised as they should be" in page
    assert "all as expected" in page


def test_without_guidance_there_is_nothing_to_check(publisher: Client) -> None:
    answer = publisher.post(address("known_patients_check"))
    assert answer.status_code == 409
    assert "there are no known patients" in text_of(answer)


def test_a_stop_is_shown_with_its_cases_and_lifted_with_a_reason(publisher: Client, release: Release) -> None:
    wrong = store_run(release, WRONG, by=None)
    page = text_of(publisher.get(address("known_patients")))
    assert "No advice is given since" in page
    assert "case-01: Somebody: advised &lt;otherwise&gt;" in page
    assert f'name="seen" value="{wrong.pk}"' in page
    sent = {"seen": [str(wrong.pk), "no id"], "reason": "A memory module was replaced."}
    assert publisher.post(address("advice_resume"), sent).status_code == 302
    assert stopped_since() is None
    page = text_of(publisher.get(address("known_patients")))
    assert "A memory module was replaced." in page
    assert "No advice is given since" not in page


def test_without_a_reason_nothing_is_lifted(publisher: Client, release: Release) -> None:
    wrong = store_run(release, WRONG, by=None)
    answer = publisher.post(address("advice_resume"), {"seen": [str(wrong.pk)], "reason": " "})
    assert answer.status_code == 422
    assert "Give a reason." in text_of(answer)
    assert not CanaryAcknowledgement.objects.exists()


def test_what_was_written_stays_where_another_check_came_in(publisher: Client, release: Release) -> None:
    wrong = store_run(release, WRONG, by=None)
    store_run(release, WRONG, by=None)
    answer = publisher.post(address("advice_resume"), {"seen": [str(wrong.pk)], "reason": "A module was replaced."})
    assert answer.status_code == 422
    assert "There is a check that you have not seen." in text_of(answer)
    assert "A module was replaced." in text_of(answer)
    assert stopped_since() is not None


@pytest.mark.parametrize("who", ["editor", "first_reviewer", "consultant", "auditor", "outsider"])
def test_others_are_refused(cast: Cast, client_of: Callable[[Any], Client], release: Release, who: str) -> None:
    client = client_of(getattr(cast, who))
    assert client.get(address("known_patients")).status_code == 403
    assert client.post(address("advice_resume"), {"reason": "Just so."}).status_code == 403


def test_administrators_see_it_and_come_there_from_the_about_page(
    cast: Cast, client_of: Callable[[Any], Client], release: Release
) -> None:
    client = client_of(cast.administrator)
    assert address("known_patients") in text_of(client.get(reverse("pathways:about")))
    assert client.get(address("known_patients")).status_code == 200


def test_other_methods_are_refused(publisher: Client, release: Release) -> None:
    refuses_other_methods(publisher, address("known_patients"), "post", "put", "delete")
    refuses_other_methods(publisher, address("known_patients_check"), "get", "put", "delete")
    refuses_other_methods(publisher, address("advice_resume"), "get", "put", "delete")


def test_the_frame_says_how_much_runs(publisher: Client, release: Release) -> None:
    page = text_of(publisher.get(reverse("pathways:about")))
    assert "Decision support: 4 of 4 pathways running" in page
    store_run(release, WRONG, by=None)
    for url in (reverse("pathways:about"), address("known_patients")):
        page = text_of(publisher.get(url))
        assert "Decision support: stopped since" in page
        assert "Decision support is stopped: at" in page
