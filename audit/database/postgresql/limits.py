"""How long the web server waits for the database: somebody waits for its answer, and others for what it holds."""

from typing import Any

LIMITS = {
    "statement_timeout": 5_000,  # milliseconds
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 15_000,
}
SECONDS_FOR_A_CONNECTION = 1.2  # then it is said that nothing is saved; the form tries again by itself


def limit_statements(database: dict[str, Any]) -> None:
    """Before the first connection. Commands and the worker take the time they need, and so do not call this."""
    if database["ENGINE"] != "audit.database.postgresql":
        return
    limits = " ".join(f"-c {name}={milliseconds}" for name, milliseconds in LIMITS.items())
    given = database["OPTIONS"].get("options", "")
    database["OPTIONS"]["options"] = f"{limits} {given}".strip()  # what the administrator gave comes last and wins
    if "pool" in database["OPTIONS"]:
        database["OPTIONS"]["pool"]["timeout"] = SECONDS_FOR_A_CONNECTION + seconds_for_the_dead(database)


def seconds_for_the_dead(database: dict[str, Any]) -> float:
    """A server without power answers nothing: each new connection waits its time out before it asks the next one."""
    others = str(database.get("HOST", "")).count(",")
    return others * float(database["OPTIONS"].get("connect_timeout", 0))
