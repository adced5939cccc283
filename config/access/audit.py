"""The addresses of the audit log: reading it is an event too, and nobody writes it."""

from accounts.permissions import Permission
from audit.events import Event
from config.access.rules import EVERYBODY, READ, READ_AND_SEND, SEND, Address, Nothing, Rule

AUDITORS = Rule("auditors", frozenset({Permission.READ_AUDIT}))
HASHES = Nothing("a witness is told hashes and sizes; LM_AUDIT_WITNESS_TOKEN asks for a token as well")
READS = (Event.AUDIT_READ, Event.ACCESS_DENIED)


def read(name: str, methods: frozenset[str] = READ, *tells: Event) -> Address:
    return Address(f"audit_viewer:{name}", AUDITORS, methods, (*tells, *READS))


ADDRESSES = (
    Address("audit_log:checkpoint", EVERYBODY, READ, HASHES),
    Address("audit_log:consistency", EVERYBODY, READ, HASHES),
    read("entry"),
    read("find", SEND),
    *(read(kind) for kind in ("patient", "person", "guidance", "everything", "event")),
    *(read(f"{kind}_reason", READ_AND_SEND, Event.AUDIT_CLINICAL_READ) for kind in ("patient", "person")),
    *(read(f"{kind}_export", SEND, Event.AUDIT_EXPORTED) for kind in ("patient", "person", "guidance", "everything")),
)
