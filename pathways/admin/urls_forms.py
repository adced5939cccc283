"""The addresses of renaming codes, and of cases."""

from django.urls import path

from pathways.admin.views import cases, vocabulary

VERSION = "versions/<uuid:version_id>"

urlpatterns = [
    path(f"{VERSION}/rename/", vocabulary.rename, name="pathways_rename"),
    path(f"{VERSION}/rename/done/", vocabulary.rename_done, name="pathways_rename_done"),
    path(f"{VERSION}/cases/", cases.cases, name="pathways_cases"),
    path("runs/<uuid:run_id>/case/<int:line>/", cases.case_from_witness, name="pathways_case_from_witness"),
]
