"""Tells the audit viewer who a person is, and what was changed in an account, in words."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from audit.lookups import Change, Found, Subject, Values, label_of, plain, register_people, register_words, was_and_is

LABELS = {
    "username": "User name",
    "role_title": "Post",
    "active": "May sign in",
    "staff": "May open the administration",
    "superuser": "Looks after the machine",
    "demo": "Demo person",
}
MOST_FOUND = 20


class PeopleOfTheLog:
    """As `audit.lookups.Subjects`."""

    def find(self, typed: str) -> Found:
        if not typed:
            return Found(problem="Type a user name, or a first or last name.")
        people = people_called(typed)
        if not people:
            return Found(problem=f"Nobody here is called {typed[:60]}. Type the user name, or a part of the name.")
        if len(people) > MOST_FOUND:
            return Found(problem=f"More than {MOST_FOUND} people match {typed[:60]}. Type more of the name.")
        return Found(tuple(subject_of(person) for person in people))

    def named(self, ids: Collection[UUID]) -> dict[UUID, Subject]:
        return {person.pk: subject_of(person) for person in User.objects.filter(pk__in=ids)}

    def subject(self, subject_id: UUID) -> Subject | None:
        return self.named([subject_id]).get(subject_id)


def people_called(typed: str) -> list[User]:
    """The one with exactly this user name, else all whose names hold every word; also of closed accounts."""
    exact = list(User.objects.filter(username__iexact=typed)[:2])
    if len(exact) == 1:
        return exact
    wanted = Q()
    for word in typed.replace(",", " ").split():
        wanted &= (
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(title__iexact=word.rstrip("."))
        )
    return list(User.objects.filter(wanted).order_by("last_name", "first_name", "username")[: MOST_FOUND + 1])


def subject_of(person: User) -> Subject:
    details = [person.role_title, f"user name {person.username}", "" if person.is_active else "account closed"]
    # A sign-in that failed has nobody who acted; it says which user name was tried.
    return Subject(person.pk, person.display_name, tuple(told for told in details if told), targets=(person.username,))


def account_words(action: str, before: Values, after: Values) -> tuple[Change, ...]:
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return tuple(
        Change(
            LABELS.get(name, label_of(name)),
            was_and_is(plain(before.get(name)), plain(after.get(name)), name in before),
        )
        for name in names
    )


def register_for_audit() -> None:
    register_people(PeopleOfTheLog())
    register_words("accounts.", lambda: account_words)
