"""The first administrator of an installation, made with a one-time code that only the server's keeper can print."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.delays import Entry, entry_was_right, seconds_to_wait
from accounts.models import FirstAccountCode, User
from accounts.permissions import Role
from accounts.selectors import administrator_exists, username_exists
from accounts.services import Person, add_person
from audit.context import Program, acting
from audit.events import Event
from audit.services import record

VALID_FOR = timedelta(hours=24)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
GROUPS, GROUP = 5, 4


class AdministratorExists(ValueError):
    """The one-time code is for an installation that nobody administers."""


class NotMade(ValueError):
    """Why the first account was not made, in a sentence; with `wait`, the code was not even looked at."""

    def __init__(self, sentence: str, *, field: str, wait: int = 0) -> None:
        self.field = field
        self.wait = wait
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class FirstPerson:
    username: str
    first_name: str
    last_name: str


def new_code() -> str:
    """Valid for a day; an older one stops counting. Raises AdministratorExists."""
    if administrator_exists():
        raise AdministratorExists("There is an administrator already, who adds people in the admin panel.")
    groups = ["".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS)]
    code = "-".join(groups)
    with transaction.atomic():
        FirstAccountCode.objects.all().delete()
        FirstAccountCode.objects.create(code_hash=_hashed(code), valid_until=timezone.now() + VALID_FOR)
    return code


def code_at_first_start() -> str:
    """For the messages of a live server that nobody administers yet; nothing while an earlier code is valid.

    Of several processes that start at the same moment each may make one; the newest counts.
    """
    if settings.LM_MODE != "live":
        return ""
    try:
        if administrator_exists() or FirstAccountCode.objects.filter(valid_until__gt=timezone.now()).exists():
            return ""
        return new_code()
    except DatabaseError:
        return ""  # a server that starts before its database waits for it without a code


def invitation(code: str) -> str:
    """What is printed for the keeper of the server."""
    return (
        f"Open {reverse('accounts:first_account')} in the browser, and enter this code:\n\n  {code}\n\n"
        "It is valid for 24 hours and for one account."
    )


def make_first_account(person: FirstPerson, *, code: str, password: str) -> User:
    """Raises AdministratorExists, NotMade. Call it outside of any transaction."""
    if administrator_exists():
        raise AdministratorExists("There is an administrator already.")
    wait = seconds_to_wait(Entry.FIRST_ACCOUNT, "first account", known_as="the first account")
    if wait:
        raise NotMade(f"Too many wrong codes. Wait {wait} seconds, then try again.", field="code", wait=wait)
    with transaction.atomic(), acting(Program("first-account", "The one-time code of the first account")):
        # Locked: of two who send the code at once, one makes the account.
        known = FirstAccountCode.objects.select_for_update().first()
        if known is None or not constant_time_compare(known.code_hash, _hashed(code)):
            raise NotMade("The code is not right. A code counts once, and the newest one only.", field="code")
        if known.valid_until < timezone.now():
            raise NotMade("The code is older than a day. Have a new one printed.", field="code")
        if username_exists(person.username):
            raise NotMade("This user name is taken.", field="username")
        made = Person(
            username=person.username,
            first_name=person.first_name,
            last_name=person.last_name,
            roles=frozenset({Role.ADMINISTRATOR}),
            role_title="System administrator",
            is_staff=True,
        )
        user = add_person(made, password=password, wards=(), by=None)
        known.delete()
        record(Event.FIRST_ACCOUNT_MADE, by=user, target=user.audit_id)
    entry_was_right(Entry.FIRST_ACCOUNT, "first account")
    return user


def _hashed(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in LETTERS)
    return salted_hmac("accounts.first_account", plain, algorithm="sha256").hexdigest()
