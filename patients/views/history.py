"""Who saw or changed a patient's record, for the clinicians of the ward; auditors have a viewer of their own."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from audit.events import Event
from audit.viewer.filters import Position
from audit.viewer.reading import AlteredRow
from audit.viewer.ward import ward_history
from patients.permissions import can_read_any_history
from patients.presenters.banner import patient_banner
from patients.selectors import patient_for
from patients.services.reading import record_reading
from patients.views.guards import not_possible, person

ALTERED = (
    "A line of this history was altered so that it cannot be read any more. Tell the people who run this application: "
    "the verification of the log names the line."
)


@require_safe
def patient_history(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    user = person(request)
    if can_read_any_history(user) and not user.is_clinical():
        return redirect("audit_viewer:patient", patient_id)
    patient = patient_for(user, patient_id)
    record_reading(Event.HISTORY_VIEWED, by=user, patient=patient_id, target=str(patient_id))
    try:
        page = ward_history(patient_id, after=Position.read(request.GET.get("after", "")))
    except AlteredRow:
        return not_possible(request, ALTERED, {"patient_id": patient_id})
    shown = {"page": page, "record": patient_id, "patient": patient_banner(patient)}
    return render(request, "patients/patient_history.html", shown)
