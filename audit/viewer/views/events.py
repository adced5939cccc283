"""One event with everything the log holds of it, and the rows that were written in the same transaction."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.guard import current_watch
from audit.viewer.event_page import event_page
from audit.viewer.grants import is_granted
from audit.viewer.questions import Kind, question_for
from audit.viewer.selectors import event_by_id, subjects_of
from audit.viewer.services import record_event_read
from audit.viewer.views.guards import auditor, for_auditors


@require_safe
@for_auditors
def event_detail(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Clinical text is shown where the reason was given for the patient of the event or the person who acted."""
    event = event_by_id(event_id)
    if event is None:
        raise Http404
    patient, actor = subjects_of(event)
    asked = [
        question_for(Kind.PATIENT, patient) if patient else None,
        question_for(Kind.PERSON, actor) if actor else None,
    ]
    with_clinical = any(one is not None and is_granted(request.session, one) for one in asked)
    page = event_page(event, asked, with_clinical=with_clinical)
    watch = current_watch()  # rows of the same transaction may name further patients
    shown = watch.loaded() if watch else ()
    record_event_read(event, by=auditor(request), shown=shown, with_clinical=with_clinical)
    return render(request, "audit/event.html", {"page": page})
