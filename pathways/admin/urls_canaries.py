"""The addresses of the checks of known patients, below /admin/pathways/guidance/."""

from django.urls import path

from pathways.admin.views import canaries

urlpatterns = [
    path("known-patients/", canaries.known_patients, name="pathways_known_patients"),
    path("known-patients/check/", canaries.known_patients_check, name="pathways_known_patients_check"),
    path("known-patients/resume/", canaries.advice_resume, name="pathways_advice_resume"),
]
