"""The demo people as the sign-in page lists them, a session as its script needs it, and one's own account."""

from dataclasses import dataclass
from math import ceil

from django.http import HttpRequest
from django.urls import reverse

from accounts import clock, second_factor
from accounts.models import User
from accounts.requests import signed_in
from accounts.selectors import demo_people, wards_of

WARN_SECONDS = 60
SIGNED_OUT = "signed out"


@dataclass(frozen=True, slots=True)
class DemoEntrance:
    name: str
    role: str
    address: str


@dataclass(frozen=True, slots=True)
class OwnAccount:
    username: str
    name: str
    role: str
    wards: str
    second_factor: str
    second_factor_link: str
    cover_minutes: str
    end_minutes: str
    shared: bool


def demo_entrances() -> tuple[DemoEntrance, ...]:
    return tuple(
        DemoEntrance(
            name=person.display_name,
            role=person.role_title,
            address=reverse("accounts:demo_sign_in", args=[person.pk]),
        )
        for person in demo_people()
    )


def session_state(request: HttpRequest) -> dict[str, object]:
    """Seconds until the screen is covered and until the session ends, by the server's clock."""
    user = request.user
    if not isinstance(user, User):
        return {"state": SIGNED_OUT, "person": ""}
    known, now = clock.read(request.session), clock.now()
    return {
        "state": known.standing(now).value,
        "person": str(user.pk),
        "name": user.display_name,
        "cover_in": max(0, ceil(known.active + known.cover_after - now)),
        "end_in": max(0, ceil(known.ends_at - now)),
        "warn": min(WARN_SECONDS, known.cover_after // 3),
    }


def own_account(request: HttpRequest) -> OwnAccount:
    user, known = signed_in(request), clock.read(request.session)
    has_second_factor = second_factor.is_on(user)
    return OwnAccount(
        username=user.username,
        name=user.display_name,
        role=user.role_title,
        wards=", ".join(ward.name for ward in wards_of(user)) or "None",
        second_factor="Switched on" if has_second_factor else "Not set up",
        second_factor_link="Change the second factor" if has_second_factor else "Set up a second factor",
        cover_minutes=minutes(known.cover_after),
        end_minutes=minutes(known.end_after),
        shared=known.shared,
    )


def minutes(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    return f"{seconds} seconds" if rest else f"{whole} minute{'' if whole == 1 else 's'}"
