"""Guidance that comes into force while somebody works is told with the next save, and changes nothing by itself."""

import pytest
from django.test import Client

from pathways.models import Release
from patients.models import Assessment
from tests import factories
from tests.cast import Cast
from tests.patients.assessment_form import form_of
from tests.patients.pages import address

pytestmark = pytest.mark.django_db


def test_the_next_save_tells_and_the_draft_stays_on_its_release(
    cast: Cast, client: Client, draft: Assessment, release: Release
) -> None:
    client.force_login(cast.consultant)
    url = address("assessment_edit", draft.pk)
    form = form_of(client.get(url), finding_kps="80")
    answer = client.post(url, form, headers={"HX-Request": "true"}).content.decode()
    assert '<div id="release-strip" hx-swap-oob="true"></div>' in answer
    # When newer guidance comes into force
    factories.newer_release(retitled)
    form = form_of(client.get(url), finding_kps="70")
    answer = client.post(url, form, headers={"HX-Request": "true"}).content.decode()
    assert "Release 2 of the guidance came into force on 22-Nov-2026" in answer
    assert "Nothing changes until you move it." in answer
    assert "Move to release 2" in answer
    draft.refresh_from_db()
    assert (draft.release_id, draft.findings["kps"]["value"]) == (release.pk, "70")


def retitled(document: dict[str, object]) -> None:
    document["title"] = "Guidance of this year"
