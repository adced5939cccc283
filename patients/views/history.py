"""Who saw or changed a patient's record: for the clinicians of the ward, and for auditors."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.events import Event
from audit.selectors import events_of_patient
from pathways.selectors import release_in_force
from patients.permissions import can_read_any_history
from patients.presenters.banner import patient_banner
from patients.presenters.history import history_rows
from patients.selectors import patient_for
from patients.services.reading import record_reading
from patients.views.guards import person
from patients.views.worklist import page_number

PER_PAGE = 100


@require_safe
def patient_history(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """An auditor reads the log by its id and never the record; without a log there is no such id."""
    user = person(request)
    reads_log_only = can_read_any_history(user) and not user.is_clinical()
    patient = None if reads_log_only else patient_for(user, patient_id)
    events = events_of_patient(patient_id)
    if patient is None and not events.exists():
        raise Http404
    page = Paginator(events, PER_PAGE).get_page(page_number(request))
    in_force = release_in_force()
    rows = history_rows(
        page.object_list,
        vocabulary=in_force.engine.vocabulary if in_force else None,
        with_content=patient is not None,
    )
    record_reading(Event.HISTORY_VIEWED, by=user, patient=patient_id, target=str(patient_id))
    shown = {"rows": rows, "page": page, "record": patient_id, "patient": patient_banner(patient) if patient else None}
    return render(request, "patients/patient_history.html", shown)
