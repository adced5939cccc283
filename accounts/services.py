"""People, wards and passwords; each change with its line in the audit log. Sessions begin and end in `sessions`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from accounts.delays import Entry, entry_was_right, seconds_to_wait, too_many
from accounts.models import Membership, User, Ward, Wording
from accounts.permissions import Permission, Role
from audit.context import Actor
from audit.events import Event
from audit.services import record


class MayNotAdministerUsers(PermissionError):
    """Only administrators, or the command line, add people and wards."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is needed to add somebody."""

    username: str
    first_name: str
    last_name: str
    roles: frozenset[Role]
    title: str = ""
    role_title: str = ""
    registration_number: str = ""
    is_demo: bool = False
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class PasswordAnswer:
    """Whether the password was right; if not, why, in a sentence. With `wait` it was not even looked at."""

    right: bool
    wait: int = 0  # seconds

    @property
    def refusal(self) -> str:
        if self.right:
            return ""
        return too_many(self.wait) if self.wait else "The password is not right."


def confirm_own_password(user: User, password: str) -> PasswordAnswer:
    """Whether the person who is signed in knows the password; recorded. Call it outside of any transaction."""
    answer = own_password_answer(user, password)
    if not answer.wait:
        with transaction.atomic():
            if answer.right:
                record(Event.PASSWORD_ASKED, by=user, target=user.audit_id)
            else:
                record(Event.PASSWORD_REFUSED, by=user, target=user.audit_id, outcome="refused")
    return answer


def own_password_answer(user: User, password: str) -> PasswordAnswer:
    """The same for acts that record the answer themselves, such as signing a plan."""
    wait = seconds_to_wait(Entry.OWN_PASSWORD, user.username, known_as=user.username, by=user)
    if wait:
        return PasswordAnswer(right=False, wait=wait)
    if not user.check_password(password):
        return PasswordAnswer(right=False)
    entry_was_right(Entry.OWN_PASSWORD, user.username)
    return PasswordAnswer(right=True)


def add_ward(*, code: str, name: str, by: User | None) -> Ward:
    """`by` is None on the command line, where the operating system has already asked who it is."""
    _check_may_administer(by)
    with transaction.atomic():
        ward = Ward.objects.create(code=code, name=name)
        record(Event.WARD_ADDED, by=by, target=str(ward.pk), after={"code": code, "name": name})
    return ward


def add_person(person: Person, *, password: str, wards: Iterable[Ward], by: User | None) -> User:
    _check_may_administer(by)
    with transaction.atomic():
        user = User.objects.create_user(
            person.username,
            password=password,
            first_name=person.first_name,
            last_name=person.last_name,
            title=person.title,
            role_title=person.role_title,
            registration_number=person.registration_number,
            is_demo=person.is_demo,
            is_staff=person.is_staff,
        )
        user.groups.set(Group.objects.filter(name__in=person.roles))
        Membership.objects.bulk_create(Membership(user=user, ward=ward) for ward in wards)
        record(Event.ACCOUNT_ADDED, by=by, target=str(user.pk), after=account_values(user))
    return user


def ensure_ward(*, code: str, name: str) -> Ward:
    return Ward.objects.filter(code=code).first() or add_ward(code=code, name=name, by=None)


def ensure_demo_person(person: Person, *, password: str, wards: Iterable[Ward]) -> User:
    """The demo person with this password, made or mended; somebody real of the same user name is left alone."""
    user = User.objects.filter(username=person.username).first()
    if user is None:
        return add_person(person, password=password, wards=wards, by=None)
    if user.is_demo and not user.check_password(password):
        with transaction.atomic():
            user.set_password(password)
            user.save(update_fields=["password"])
            record(Event.ACCOUNT_CHANGED, by=None, target=str(user.pk), after={"password": "set anew"})
    return user


def record_account_change(user: User, *, by: Actor, before: dict[str, object]) -> None:
    """For the admin panel, which writes by itself; call it inside its transaction."""
    event = Event.ACCOUNT_CHANGED if before else Event.ACCOUNT_ADDED
    record(event, by=by, target=str(user.pk), before=before or None, after=account_values(user))


def record_own_password(request: HttpRequest) -> None:
    """For the admin panel's page on which people change their own password; call it inside its transaction."""
    if isinstance(request.user, User):
        record(
            Event.ACCOUNT_CHANGED,
            by=request.user,
            target=request.user.audit_id,
            after={"password": "changed by its owner"},
        )


def change_own_password(request: HttpRequest, *, by: User, password: str) -> None:
    """Every other session of this person ends: it was begun with the old password."""
    with transaction.atomic():
        by.set_password(password)
        by.save(update_fields=["password"])
        update_session_auth_hash(request, by)
        record_own_password(request)


def choose_wording(wording: Wording, *, by: User) -> None:
    """How advice is worded on this person's screens: nothing else, and above all nothing that is signed."""
    with transaction.atomic():
        before, by.wording = by.wording, wording
        by.save(update_fields=["wording"])
        record(
            Event.WORDING_CHOSEN,
            by=by,
            target=by.audit_id,
            before={"wording": before},
            after={"wording": wording.value},
        )


def account_values(user: User) -> dict[str, object]:
    """What the log keeps of an account; never the password."""
    return {
        "username": user.username,
        "name": user.display_name,
        "role_title": user.role_title,
        "registration_number": user.registration_number,
        "active": user.is_active,
        "staff": user.is_staff,
        "superuser": user.is_superuser,
        "demo": user.is_demo,
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "wards": sorted(user.memberships.values_list("ward__code", flat=True)),
    }


def _check_may_administer(by: User | None) -> None:
    if by is not None and not by.has_perm(Permission.ADMINISTER_USERS):
        raise MayNotAdministerUsers(f"{by.username} may not administer people and wards.")
