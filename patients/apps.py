"""The patients application: everything that stands in a patient's record."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "Patients"

    def ready(self) -> None:
        from patients import checks  # noqa: F401 (registers the system check)
        from patients.audit_lookups import register_for_audit
        from patients.clinic import register_clinic

        register_clinic()
        register_for_audit()
