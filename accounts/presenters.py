"""The demo people as the sign-in page lists them."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.selectors import demo_people


@dataclass(frozen=True, slots=True)
class DemoEntrance:
    name: str
    role: str
    address: str


def demo_entrances() -> tuple[DemoEntrance, ...]:
    return tuple(
        DemoEntrance(
            name=person.display_name,
            role=person.role_title,
            address=reverse("accounts:demo_sign_in", args=[person.pk]),
        )
        for person in demo_people()
    )
