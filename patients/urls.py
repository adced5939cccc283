"""Every address of the patients' records; ids are random, and no name or number of a patient stands in one."""

from django.urls import path

from patients.views import access_reviews, assessment, break_glass, history, patient, plan, worklist

app_name = "patients"

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("patients/search/", worklist.patient_search, name="patient_search"),
    path("patients/break-glass/", break_glass.break_glass_ask, name="break_glass_ask"),
    path("patients/break-glass/open/", break_glass.break_glass_open, name="break_glass_open"),
    path("accesses/<uuid:access_id>/end/", break_glass.break_glass_end, name="break_glass_end"),
    path("access-reviews/", access_reviews.access_reviews, name="access_reviews"),
    path("access-reviews/<uuid:access_id>/", access_reviews.access_review, name="access_review"),
    path("patients/new/", patient.patient_add, name="patient_add"),
    path("patients/<uuid:patient_id>/", patient.patient_detail, name="patient_detail"),
    path("patients/<uuid:patient_id>/edit/", patient.patient_edit, name="patient_edit"),
    path("patients/<uuid:patient_id>/history/", history.patient_history, name="patient_history"),
    path("patients/<uuid:patient_id>/start/", assessment.assessment_start, name="assessment_start"),
    path("assessments/<uuid:assessment_id>/", assessment.assessment_edit, name="assessment_edit"),
    path(
        "assessments/<uuid:assessment_id>/findings/<slug:code>/withdraw/",
        assessment.finding_withdraw,
        name="finding_withdraw",
    ),
    path("assessments/<uuid:assessment_id>/confirm/", assessment.findings_confirm, name="findings_confirm"),
    path(
        "assessments/<uuid:assessment_id>/decisions/<slug:code>/",
        assessment.decision_record,
        name="decision_record",
    ),
    path("assessments/<uuid:assessment_id>/release/", assessment.release_adopt, name="release_adopt"),
    path("assessments/<uuid:assessment_id>/discard/", assessment.assessment_discard, name="assessment_discard"),
    path("assessments/<uuid:assessment_id>/sign/", plan.plan_sign, name="plan_sign"),
    path("plans/<uuid:plan_id>/", plan.plan_detail, name="plan_detail"),
    path("plans/<uuid:plan_id>/print/", plan.plan_print, name="plan_print"),
    path("plans/<uuid:plan_id>/print.css", plan.plan_print_style, name="plan_print_style"),
    path("plans/<uuid:plan_id>/withdraw/", plan.plan_withdraw, name="plan_withdraw"),
]
