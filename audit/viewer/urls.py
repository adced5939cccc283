"""Addresses of the audit viewer: ids only, never a name or a number."""

from django.urls import path

from audit.viewer.questions import Kind
from audit.viewer.views import entry, events, exports, questions, reasons

PATIENT, PERSON, PART = {"kind": Kind.PATIENT}, {"kind": Kind.PERSON}, {"kind": Kind.GUIDANCE}

app_name = "audit_viewer"
urlpatterns = [
    path("", entry.entry, name="entry"),
    path("find/", entry.find, name="find"),
    path("patients/<uuid:subject_id>/", questions.question, PATIENT, name="patient"),
    path("patients/<uuid:subject_id>/reason/", reasons.reason, PATIENT, name="patient_reason"),
    path("patients/<uuid:subject_id>/export/", exports.export, PATIENT, name="patient_export"),
    path("people/<uuid:subject_id>/", questions.question, PERSON, name="person"),
    path("people/<uuid:subject_id>/reason/", reasons.reason, PERSON, name="person_reason"),
    path("people/<uuid:subject_id>/export/", exports.export, PERSON, name="person_export"),
    path("guidance/<uuid:subject_id>/", questions.question, PART, name="guidance"),
    path("guidance/<uuid:subject_id>/export/", exports.export, PART, name="guidance_export"),
    path("everything/", questions.everything, name="everything"),
    path("everything/export/", exports.export_everything, name="everything_export"),
    path("events/<uuid:event_id>/", events.event_detail, name="event"),
]
