"""The admin panel is no way to more rights than somebody has, and the log keeps apart what happens at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts import permissions
from accounts.models import User
from audit.models import AuditEvent
from tests.cast import PASSWORD, Cast

NEW = {"password1": "quite-another-2026", "password2": "quite-another-2026", "usable_password": "true"}
NO_WARDS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

pytestmark = pytest.mark.django_db


def page_of(person: User, page: str = "change") -> str:
    return f"/admin/accounts/user/{person.pk}/{page}/"


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root", password=PASSWORD)


class TestOneself:
    def test_ones_own_password_is_changed_where_the_old_one_is_asked_for(self, cast: Cast, client: Client) -> None:
        for method in ("get", "post"):
            answer = getattr(client, method)(page_of(cast.administrator, "password"), NEW)
            assert answer["Location"] == "/accounts/password/"
        cast.administrator.refresh_from_db()
        assert cast.administrator.check_password(PASSWORD)

    def test_nobody_joins_a_ward_by_themselves(self, cast: Cast, client: Client) -> None:
        """Being a clinician as well, they would open its patients' records without break-glass."""
        cast.administrator.groups.add(Group.objects.get(name="clinician"))
        assert "memberships-0-ward" not in client.get(page_of(cast.administrator)).content.decode()
        assert "memberships-0-ward" in client.get(page_of(cast.registrar)).content.decode()
        asked = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
        asked |= {"memberships-0-ward": str(cast.neuro_oncology.pk), "memberships-0-user": str(cast.administrator.pk)}
        sent = {"username": "administrator", "first_name": "Kim", "groups": [Group.objects.get(name="senior").pk]}
        assert client.post(page_of(cast.administrator), sent | asked).status_code == 302
        changed = User.objects.get(pk=cast.administrator.pk)
        assert changed.ward_ids() == frozenset()
        assert changed.roles == {"administrator", "clinician"}
        assert changed.is_active


class TestSuperusers:
    def test_an_administrator_does_not_become_one(self, cast: Cast, client: Client, superuser: User) -> None:
        assert client.post(page_of(superuser, "password"), NEW).status_code == 403
        assert 'name="username"' not in client.get(page_of(superuser)).content.decode()
        assert client.post(page_of(superuser), {"username": "mine", **NO_WARDS}).status_code == 403
        superuser.refresh_from_db()
        assert (superuser.username, superuser.check_password(PASSWORD)) == ("root", True)

    def test_nor_by_sending_what_the_form_does_not_ask(self, cast: Cast, client: Client) -> None:
        right = Permission.objects.get(codename="use_clinical_record").pk
        sent = {
            "username": "editor",
            "is_active": "on",
            "is_superuser": "on",
            "is_demo": "on",
            "user_permissions": right,
        }
        assert client.post(page_of(cast.editor), sent | NO_WARDS).status_code == 302
        changed = User.objects.get(pk=cast.editor.pk)
        assert (changed.is_superuser, changed.is_demo, changed.user_permissions.count()) == (False, False, 0)

    def test_superusers_change_each_other(self, client: Client, superuser: User) -> None:
        client.force_login(User.objects.create_superuser("second", password=PASSWORD))
        assert client.post(page_of(superuser, "password"), NEW).status_code == 302


def test_a_right_given_past_the_roles_counts_for_nothing(cast: Cast) -> None:
    cast.editor.user_permissions.add(Permission.objects.get(codename="publish_content"))
    somebody = User.objects.get(pk=cast.editor.pk)
    assert not somebody.has_perm(permissions.Permission.PUBLISH_CONTENT)
    assert somebody.has_perm(permissions.Permission.EDIT_CONTENT)


def test_what_two_administrators_do_at_once_is_told_apart(
    cast: Cast, client: Client, client_of: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One object serves the requests of all of them: what an account was before must not be that of another."""
    second = User.objects.create_user("second", password=PASSWORD, is_staff=True)
    second.groups.add(Group.objects.get(name="administrator"))
    other, saved = client_of(second), UserAdmin.save_related
    meanwhile = [lambda: other.post(page_of(cast.editor), {"username": "editor", "title": "Prof", **NO_WARDS})]

    def save_related(self: UserAdmin[Any], request: Any, form: Any, formsets: Any, change: bool) -> None:
        saved(self, request, form, formsets, change)
        if meanwhile:
            assert meanwhile.pop()().status_code == 302

    monkeypatch.setattr(UserAdmin, "save_related", save_related)
    assert client.post(page_of(cast.registrar), {"username": "registrar", "title": "Ms", **NO_WARDS}).status_code == 302
    events = AuditEvent.objects.filter(action="accounts.account_changed")
    told = {event.target: (event.before or {}).get("username") for event in events}
    assert told == {str(cast.registrar.pk): "registrar", str(cast.editor.pk): "editor"}


@pytest.mark.parametrize("id_", ["not-a-uuid", "00000000-0000-4000-80not-a-uuid00-000000000000", "1"])
def test_the_panel_redirects_to_the_page_of_no_object(client: Client, id_: str) -> None:
    assert client.get(f"/admin/r/1/{id_}/").status_code == 404
