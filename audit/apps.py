"""The audit log knows nothing of the other applications; they tell it what happened."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit log"
