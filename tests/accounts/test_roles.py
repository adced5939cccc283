"""Roles, wards and the admin panel for people."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from accounts.permissions import CLINICAL_PERMISSIONS, ROLE_PERMISSIONS, Permission, Role
from accounts.services import MayNotAdministerUsers, Person, add_person, add_ward
from audit.models import AuditEvent
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_the_groups_in_the_database_are_the_table_in_the_code(role: Role) -> None:
    codenames = Group.objects.get(name=role).permissions.values_list("codename", flat=True)
    assert {*codenames} == {permission.codename for permission in ROLE_PERMISSIONS[role]}


def test_there_are_no_other_groups() -> None:
    assert {*Group.objects.values_list("name", flat=True)} == {*Role}


def test_who_is_clinical(cast: Cast) -> None:
    assert {user.username for user in cast.everybody() if user.is_clinical()} == {
        "consultant",
        "registrar",
        "outsider",
    }


def test_a_superuser_gets_no_clinical_right() -> None:
    superuser = User.objects.create_superuser("root", password=PASSWORD)
    assert superuser.has_perm(Permission.ADMINISTER_USERS)
    assert not any(superuser.has_perm(permission) for permission in CLINICAL_PERMISSIONS)
    assert not superuser.is_clinical()


def test_a_closed_account_is_not_clinical(cast: Cast) -> None:
    cast.consultant.is_active = False
    assert not cast.consultant.is_clinical()


def test_wards(cast: Cast) -> None:
    assert cast.consultant.ward_ids() == {cast.neuro_oncology.pk}
    assert cast.outsider.ward_ids() == {cast.cardiology.pk}
    assert cast.auditor.ward_ids() == frozenset()


def test_only_administrators_add_people_and_wards(cast: Cast) -> None:
    person = Person(username="new", first_name="New", last_name="Person", roles=frozenset({Role.CLINICIAN}))
    with pytest.raises(MayNotAdministerUsers):
        add_person(person, password=PASSWORD, wards=(), by=cast.consultant)
    with pytest.raises(MayNotAdministerUsers):
        add_ward(code="X", name="X", by=cast.consultant)
    added = add_person(person, password=PASSWORD, wards=[cast.cardiology], by=cast.administrator)
    event = AuditEvent.objects.get(action="accounts.account_added", target=str(added.pk))
    assert event.actor_name == "Ms Kim Tran"
    assert event.after["roles"] == ["clinician"]
    assert event.after["wards"] == ["CARD"]
    assert "password" not in event.after


class TestAdminPanel:
    def test_for_administrators_only(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.editor)
        assert client.get("/admin/accounts/user/").status_code == 403
        client.force_login(cast.administrator)
        assert client.get("/admin/accounts/user/").status_code == 200

    def test_a_change_is_recorded_with_what_it_was(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.administrator)
        response = client.post(
            f"/admin/accounts/user/{cast.registrar.pk}/change/",
            {
                "username": "registrar",
                "title": "Dr",
                "first_name": "Samir",
                "last_name": "Haddad",
                "role_title": "Consultant",
                "is_active": "on",
                "groups": [Group.objects.get(name="senior").pk],
                "memberships-TOTAL_FORMS": "0",
                "memberships-INITIAL_FORMS": "0",
            },
        )
        assert response.status_code == 302
        event = AuditEvent.objects.get(action="accounts.account_changed")
        assert (event.before["roles"], event.after["roles"]) == (["clinician"], ["senior"])
        assert event.actor_id == str(cast.administrator.pk)

    def test_nobody_gives_roles_to_themselves(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.administrator)
        page = client.get(f"/admin/accounts/user/{cast.administrator.pk}/change/").content.decode()
        assert 'name="groups"' not in page
        assert 'name="is_superuser"' not in page

    def test_accounts_are_not_deleted(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.administrator)
        assert client.post(f"/admin/accounts/user/{cast.registrar.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_a_new_password_is_recorded_without_it(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.administrator)
        response = client.post(
            f"/admin/accounts/user/{cast.registrar.pk}/password/",
            {"password1": "quite-another-2026", "password2": "quite-another-2026", "usable_password": "true"},
        )
        assert response.status_code == 302
        event = AuditEvent.objects.get(action="accounts.account_changed")
        assert event.after == {"password": "set anew"}
        assert b"quite-another" not in bytes(event.payload)

    def test_people_change_their_own_password_where_everybody_does(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.auditor)
        response = client.get("/admin/password_change/")
        assert response["Location"] == "/accounts/password/"
