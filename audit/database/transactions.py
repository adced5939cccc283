"""One random name per transaction: it joins what a service recorded to the rows that the triggers saw written."""

import uuid
from typing import Any

WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLAC"})


def is_write(sql: object) -> bool:
    """What begins otherwise (a common table expression) is refused by the triggers unless somebody was named before."""
    return str(sql).lstrip()[:6].upper() in WRITES


class NamedTransactions:
    """Mixed into Django's wrappers. The name changes when a transaction ends, however it ends."""

    _transaction_name: str = ""

    def transaction_name(self) -> str:
        if not self._transaction_name:
            self._transaction_name = uuid.uuid4().hex
        return self._transaction_name

    def transaction_ended(self) -> None:
        self._transaction_name = ""

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self.transaction_ended()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self.transaction_ended()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self.transaction_ended()
