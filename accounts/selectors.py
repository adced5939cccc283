"""What can be asked about people and wards."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User, Ward
from accounts.permissions import Role


def wards_of(user: User) -> QuerySet[Ward]:
    return Ward.objects.filter(memberships__user=user)


def demo_people() -> QuerySet[User]:
    return User.objects.filter(is_demo=True, is_active=True).prefetch_related("groups").order_by("date_joined")


def demo_person(person_id: UUID) -> User | None:
    return demo_people().filter(pk=person_id).first()


def demo_usernames() -> list[str]:
    return list(User.objects.filter(is_demo=True).order_by("username").values_list("username", flat=True))


def username_exists(username: str) -> bool:
    return User.objects.filter(username=username).exists()


def person_named(username: str) -> User | None:
    """Somebody who may sign in."""
    return User.objects.filter(username=username, is_active=True).first()


def person_by_id(person_id: UUID) -> User | None:
    """Somebody who may sign in."""
    return User.objects.filter(pk=person_id, is_active=True).first()


def nobody_exists() -> bool:
    return not User.objects.exists()


def administrator_exists() -> bool:
    """A superuser counts: whoever has one adds people with it."""
    administers = Q(groups__name=Role.ADMINISTRATOR) | Q(is_superuser=True)
    return User.objects.filter(administers, is_active=True).exists()
