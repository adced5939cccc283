"""PostgreSQL: `app.actor` and its companions are set for one transaction, before its first write.

Transaction-local settings cannot leak to the next user of a pooled connection. A write outside of a transaction gets
one of its own, because a setting made for it alone would be gone before it.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.backends.postgresql import base

from audit.context import current_actor
from audit.database.transactions import NamedTransactions, is_write

TELL = (
    "SELECT set_config('app.actor', %s, true), set_config('app.actor_name', %s, true),"
    " set_config('app.transaction', %s, true)"
)


class DatabaseWrapper(NamedTransactions, base.DatabaseWrapper):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._told: tuple[str, str] | None = None
        self.execute_wrappers.append(self._tell_before_writing)

    def transaction_ended(self) -> None:
        super().transaction_ended()
        self._told = None

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None  # what was set since the savepoint is gone with it

    def _tell_before_writing(
        self, execute: Callable[..., Any], sql: Any, parameters: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if not is_write(sql):
            return execute(sql, parameters, many, context)
        if self.get_autocommit():
            with transaction.atomic(using=self.alias):
                self._tell()
                return execute(sql, parameters, many, context)
        self._tell()
        return execute(sql, parameters, many, context)

    def _tell(self) -> None:
        """Compared by value: signing in changes who is behind the same request."""
        actor = current_actor()
        told = (actor.audit_id, actor.audit_name)
        if self._told != told and self.connection is not None:
            self.validate_no_broken_transaction()  # Django's own error, and not the driver's
            with self.wrap_database_errors:
                self.connection.execute(TELL, (*told, self.transaction_name()))
            self._told = told
