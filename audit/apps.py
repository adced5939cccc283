"""The audit log knows nothing of the other applications; they tell it what happened."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "Audit log"

    def ready(self) -> None:
        from audit import checks, durability  # noqa: F401  -- registers them
        from audit.lookups import register_words
        from audit.viewer.own_words import log_words, row_words

        register_words("audit.", lambda: log_words)
        register_words("row.", lambda: row_words)
