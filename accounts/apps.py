"""People, their roles and their wards; nothing clinical."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People and wards"

    def ready(self) -> None:
        from accounts import checks  # noqa: F401 (registers the system check)
        from accounts.audit_lookups import register_for_audit

        register_for_audit()
