"""The auditor's view of the log."""

import pytest
from django.db import transaction
from django.test import Client

from audit.events import Event
from audit.models import AuditEvent
from audit.services import record
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LOG = "/admin/audit/auditevent/"


def test_the_auditor_reads_and_that_is_recorded(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    response = client.get(LOG, {"q": "Okafor"})
    assert response.status_code == 200
    event = AuditEvent.objects.get(action="audit.read")
    assert event.actor_id == str(cast.auditor.pk)
    assert event.after == {"filter": {"q": "Okafor"}}


def test_one_event_shows_what_was_stored(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    event = AuditEvent.objects.filter(action="accounts.account_added").first()
    assert event is not None
    page = client.get(f"{LOG}{event.pk}/change/").content.decode()
    assert event.target in page
    assert AuditEvent.objects.filter(action="audit.read", target=str(event.pk)).count() == 1


def test_nobody_else_reads(cast: Cast, client: Client) -> None:
    for user in cast.everybody():
        if user != cast.auditor:
            client.force_login(user)
            assert client.get(LOG, follow=True).status_code == 403


def test_nobody_writes_not_even_a_superuser(cast: Cast, admin_client: Client) -> None:
    event = AuditEvent.objects.first()
    assert event is not None
    assert admin_client.get(f"{LOG}add/").status_code == 403
    assert admin_client.post(f"{LOG}{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post(f"{LOG}{event.pk}/change/", {"reason": "x"}).status_code == 403


def test_an_auditor_sees_which_fields_changed_and_not_what_they_say(cast: Cast, client: Client) -> None:
    with transaction.atomic():
        event = record(
            Event.PATIENT_EDITED,
            by=cast.consultant,
            before={"family_name": "Testcase"},
            after={"family_name": "Sample", "priorities": "To walk her dog"},
        )
    client.force_login(cast.auditor)
    page = client.get(f"{LOG}{event.pk}/change/").content.decode()
    assert "family_name, priorities" in page
    for value in ("Testcase", "Sample", "To walk her dog"):
        assert value not in page
