"""The guidance: its content, its releases, and the engine that evaluates it."""

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "pathways"
    verbose_name = "Guidance"

    def ready(self) -> None:
        from pathways.audit_lookups import register_for_audit

        register_for_audit()
