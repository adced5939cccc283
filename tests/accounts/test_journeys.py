"""Signing in and out in a real browser."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Role
from accounts.services import Person, add_person
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Any, address: str, username: str) -> None:
    page.goto(f"{address}/accounts/sign-in/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()


def test_after_signing_out_the_back_button_shows_nothing(page: Any, live_server: Any, cast: Cast) -> None:
    sign_in(page, live_server.url, "consultant")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert cast.consultant.display_name not in page.content()


def test_a_demo_person_signs_in_with_one_click(page: Any, live_server: Any, cast: Cast) -> None:
    person = Person(
        username="demo", first_name="Demo", last_name="Person", roles=frozenset({Role.SENIOR}), is_demo=True
    )
    add_person(person, password=PASSWORD, wards=[cast.neuro_oncology], by=None)
    page.goto(f"{live_server.url}/accounts/sign-in/")
    page.get_by_role("button", name="Demo Person").click()
    page.get_by_role("button", name="Sign out").wait_for()
    assert "Demo Person" in page.content()


def test_the_admin_panel_keeps_to_the_content_security_policy(page: Any, live_server: Any, cast: Cast) -> None:
    User.objects.filter(pk=cast.administrator.pk).update(is_superuser=True)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, live_server.url, "administrator")
    for path in (
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        f"/admin/accounts/user/{cast.registrar.pk}/change/",
        "/admin/accounts/ward/add/",
        reverse("audit_viewer:entry"),
    ):
        assert page.goto(live_server.url + path).status == 200
    assert complaints == []
