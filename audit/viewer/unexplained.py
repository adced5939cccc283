"""Rows that the database saw written in a transaction in which nothing was recorded: somebody went past the program."""

from collections.abc import Iterator
from itertools import islice

from audit.models import AuditEvent

BATCH = 200
MOST_SEEN = 20_000
LONGEST_TRANSACTION_US = 5 * 60 * 1_000_000


def unexplained(rows: Iterator[AuditEvent]) -> Iterator[AuditEvent]:
    """Looks through at most MOST_SEEN rows; narrow the period to look further back."""
    seen = islice(rows, MOST_SEEN)
    while batch := list(islice(seen, BATCH)):
        explained = transactions_of_acts(batch)
        yield from (row for row in batch if not row.transaction or row.transaction not in explained)


def transactions_of_acts(rows: list[AuditEvent]) -> set[str]:
    """The log has no index on transactions, but what belongs together was written at nearly the same time."""
    acts = AuditEvent.objects.filter(
        at_us__gte=min(row.at_us for row in rows) - LONGEST_TRANSACTION_US,
        at_us__lte=max(row.at_us for row in rows) + LONGEST_TRANSACTION_US,
        transaction__in={row.transaction for row in rows},
    )
    return set(acts.values_list("transaction", flat=True))


def rows_of(event: AuditEvent, *, most: int) -> list[AuditEvent]:
    """What was written in the act's transaction, in the order of writing."""
    if not event.transaction:
        return []
    near = AuditEvent.everything.filter(
        at_us__gte=event.at_us - LONGEST_TRANSACTION_US,
        at_us__lte=event.at_us + LONGEST_TRANSACTION_US,
        transaction=event.transaction,
    )
    return list(near.exclude(pk=event.pk).order_by("at_us", "id")[:most])
