"""Triggers that write every changed row of an audited table into the log: bulk, raw SQL and database shells too."""

from audit.row_triggers.installing import install, missing_triggers, remove
from audit.row_triggers.tables import AuditedTable, GuardedTables, guarded_tables

__all__ = ["AuditedTable", "GuardedTables", "guarded_tables", "install", "missing_triggers", "remove"]
