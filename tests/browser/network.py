"""What a network does to the journeys, and what is checked after it."""

from typing import Any
from urllib.parse import parse_qs

from audit.models import AuditEvent
from patients.models import Assessment, SavedChange
from patients.services.assessments.drafts import OVERTAKEN


def then_each_save_has_one_effect(draft: Assessment) -> None:
    """Every revision comes from one save and is in the log once."""
    draft.refresh_from_db()
    saves = SavedChange.objects.filter(assessment=draft).exclude(digest=OVERTAKEN)
    assert saves.count() == draft.revision - 1
    assert sorted(saves.values_list("revision", flat=True)) == list(range(2, draft.revision + 1))
    logged = AuditEvent.objects.filter(action="patients.assessment_saved", target=str(draft.pk))
    assert logged.count() == draft.revision - 1


def keys_sent(page: Any) -> list[str]:
    """Fills while the page is used: the key of every save that left the browser."""
    keys: list[str] = []

    def note(request: Any) -> None:
        if request.method == "POST" and "/assessments/" in request.url:
            keys.append(parse_qs(request.post_data)["key"][0])

    page.on("request", note)
    return keys
