"""What stands beside the tree in the database: events that nobody sealed, a trigger gone, writes without an act."""

import re
from datetime import timedelta

from django.db import connection

from audit.events import Event
from audit.verification.database import fetch, readable, text
from audit.verification.findings import MOST_LISTED, Findings, Kind

LONGEST_WAIT = 30  # seconds
MARGIN = timedelta(days=1)
APPEND = "INSERT INTO audit_pending (event_id) VALUES (NEW.id);"
TRIGGERS = {
    "postgresql": (
        "SELECT p.prosrc, t.tgenabled::text, t.tgqual IS NULL, t.tgtype::int FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE t.tgname = 'audit_event_append_pending' AND t.tgrelid = 'audit_event'::regclass"
    ),
    "sqlite": (
        "SELECT sql FROM sqlite_master"
        " WHERE type = 'trigger' AND name = 'audit_event_append_pending' AND tbl_name = 'audit_event'"
    ),
}
AFTER_INSERT_FOR_EACH_ROW = 5  # pg_trigger.tgtype: row 1, insert 4
SQLITE_TRIGGER = f"CREATE TRIGGER audit_event_append_pending AFTER INSERT ON audit_event BEGIN {APPEND} END"
OLDER = {
    "postgresql": f"e.db_at < clock_timestamp() - interval '{LONGEST_WAIT} seconds'",
    "sqlite": f"coalesce((julianday('now') - julianday(e.db_at)) * 86400 > {LONGEST_WAIT}, 1)",
}


def check_completeness(findings: Findings, *, since_us: int | None) -> None:
    """Of the events since that time of the application's clock; None for all of them."""
    begin = -(2**62) if since_us is None else since_us - int(MARGIN.total_seconds()) * 1_000_000
    _pending_trigger(findings)
    _neither_sealed_nor_waiting(findings, begin)
    _waiting_too_long(findings)
    _unexplained_writes(findings, begin)
    if since_us is None:
        _shown_of_no_event(findings)


def _pending_trigger(findings: Findings) -> None:
    found = fetch(TRIGGERS[connection.vendor])
    if connection.vendor == "postgresql":
        body = f"BEGIN {APPEND} RETURN NULL; END;"
        intact = len(found) == 1 and _words(found[0][0]) == body
        intact = intact and found[0][1:] == ("A", True, AFTER_INSERT_FOR_EACH_ROW)
    else:
        intact = len(found) == 1 and _words(found[0][0]) == SQLITE_TRIGGER
    if not intact:
        findings.add(
            Kind.PENDING_TRIGGER, "The trigger audit_event_append_pending is gone, switched off or another one."
        )


def _words(sql: object) -> str:
    return re.sub(r"\s+", " ", sql).strip() if isinstance(sql, str) else ""


def _neither_sealed_nor_waiting(findings: Findings, begin: int) -> None:
    found = fetch(
        f"SELECT {text('e.id')} FROM audit_event e WHERE e.at_us >= %s"  # noqa: S608  # nosec B608
        " AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.event_id = e.id)"
        f" AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.event_id = e.id) LIMIT {MOST_LISTED + 1}",
        (begin,),
    )
    for (event,) in found:
        findings.add(Kind.NOT_IN_TREE, f"Event {readable(event)} is neither in the tree nor waiting for the sealer.")


def _waiting_too_long(findings: Findings) -> None:
    ((count, first),) = fetch(
        f"SELECT count(*), {text('min(e.db_at)')} FROM audit_pending p"  # noqa: S608  # nosec B608
        f" JOIN audit_event e ON e.id = p.event_id WHERE {OLDER[connection.vendor]}"
    )
    if count:
        findings.add(
            Kind.UNSEALED,
            f"{count:,} events wait for the sealer, the oldest since {readable(first)}. "
            "Is ./dev manage seal_audit running?",
        )


def _unexplained_writes(findings: Findings, begin: int) -> None:
    found = fetch(
        f"SELECT {text('min(e.target)')}, {text('min(e.actor_id)')}, count(*) FROM audit_event e"  # noqa: S608  # nosec B608
        " WHERE e.action = %s AND e.at_us >= %s AND NOT EXISTS (SELECT 1 FROM audit_event a"
        ' WHERE a."transaction" = e."transaction" AND a.action <> %s AND a.at_us >= %s)'
        f' GROUP BY e."transaction" LIMIT {10 * MOST_LISTED}',
        (Event.ROW_CHANGED.code, begin, Event.ROW_CHANGED.code, begin - int(MARGIN.total_seconds()) * 1_000_000),
    )
    for target, actor, count in found:
        findings.add(
            Kind.UNEXPLAINED_WRITE,
            f"{readable(actor)} wrote {count:,} rows, {readable(target)} among them, in a transaction without an act.",
        )


def _shown_of_no_event(findings: Findings) -> None:
    ((count,),) = fetch(
        "SELECT count(*) FROM audit_shown_patient s"
        " WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.id = s.event_id)"
    )
    if count:
        findings.add(Kind.SHOWN, f"{count:,} patients stand in lists of events that do not exist.")
