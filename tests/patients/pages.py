"""The standard questions that every page of a patient's record is asked."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from tests.cast import Cast

ClientOf = Callable[..., Client]


def address(view: str, *ids: Any) -> str:
    return reverse(f"patients:{view}", args=ids)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def refuses_other_methods(client: Client, url: str, *methods: str) -> None:
    for method in methods:
        response = getattr(client, method)(url)
        assert response.status_code == 405, f"{method} {url}"


def outsiders_see_nothing(cast: Cast, client_of: ClientOf, url: str, secret: str, *, who: tuple[str, ...] = ()) -> None:
    """404 as for an id that does not exist, and nothing of the record in the answer."""
    unknown = client_of(cast.consultant).get(address("patient_detail", uuid4()))
    for name in who or ("outsider", "editor", "first_reviewer", "publisher", "auditor", "administrator"):
        response = client_of(getattr(cast, name)).get(url)
        assert response.status_code == 404, name
        assert secret not in text_of(response)
        assert text_of(response) == text_of(unknown)


def nobody_is_sent_to_sign_in(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/sign-in/")


def events_of(action: Callable[[], Any]) -> list[str]:
    """The codes of the events that the action recorded, in order."""
    known = set(AuditEvent.objects.values_list("pk", flat=True))
    action()
    return [event.action for event in AuditEvent.objects.exclude(pk__in=known).order_by("at_us", "db_at")]
