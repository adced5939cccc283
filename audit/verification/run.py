"""One verification of the database's own log: from where the last one ended, remembered, and itself recorded."""

import base64
import binascii
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from audit.events import Event
from audit.files import write_whole
from audit.notes import BadNote, Verifier
from audit.public_keys import known_keys
from audit.services import record
from audit.verification.completeness import check_completeness
from audit.verification.database import readable
from audit.verification.findings import Findings, Kind
from audit.verification.log import DatabaseLog
from audit.verification.status import INTACT, NOT_INTACT, TARGET, scope
from audit.verification.whole_log import Result, Verification, Verified

STATE = "verified.json"
LARGEST_STATE = 100_000  # bytes


@dataclass(frozen=True, slots=True)
class Remembered:
    verified: Verified
    at_us: int
    intact: bool = True  # otherwise the next verification begins at the beginning


def verify_database(*, full: bool, kept: Path | None = None, processes: int = 1) -> Result:
    """Raises DatabaseError when the database is away."""
    findings = Findings()
    remembered = read_state()
    began = time.time_ns() // 1000
    verification = Verification(
        DatabaseLog(),
        public_keys(findings),
        kept=kept,
        since=remembered.verified if remembered else None,
        whole=full or (remembered is not None and not remembered.intact),
        processes=processes,
        findings=findings,
    )
    result = verification.run()
    since_us = remembered.at_us if remembered and result.first else None
    try:
        check_completeness(findings, since_us=since_us)
    except (DatabaseError, ValueError) as error:
        findings.add(Kind.UNREADABLE, f"The tables beside the tree cannot be read: {readable(error)}")
    if result.intact and result.reached:
        write_state(Remembered(result.reached, began))
    elif remembered and not result.intact:
        write_state(replace(remembered, intact=False))
    return result


def public_keys(findings: Findings) -> tuple[Verifier, ...]:
    try:
        return known_keys()
    except BadNote as problem:
        findings.add(Kind.SIGNATURE, f"The file of public keys is damaged: {problem}")
        return ()


def record_verification(result: Result) -> None:
    """Raises DatabaseError where nothing can be written, as on a standby."""
    with transaction.atomic():
        record(
            Event.AUDIT_VERIFIED,
            by=None,
            target=TARGET,
            outcome=INTACT if result.intact else NOT_INTACT,
            reason=scope(first=result.first, kept=result.kept),
            after={
                "size": result.size,
                "first": result.first,
                "checkpoints_kept_elsewhere": result.kept,
                "findings": {kind.code: count for kind, count in sorted(result.findings.counts.items(), key=_by_code)},
            },
        )


def _by_code(counted: tuple[Kind, int]) -> str:
    return counted[0].code


def state_file() -> Path:
    return Path(settings.AUDIT_DIR) / STATE


def read_state() -> Remembered | None:
    """What cannot be understood is forgotten: then everything is verified."""
    try:
        if state_file().stat().st_size > LARGEST_STATE:
            return None
        state = json.loads(state_file().read_text(encoding="utf-8"))
        if (state["origin"], state["database"]) != (settings.AUDIT_ORIGIN, _database()):
            return None
        roots = tuple(base64.b64decode(one, validate=True) for one in state["roots"])
        verified = Verified(int(state["size"]), base64.b64decode(state["root"], validate=True), roots)
        full_chunks = verified.begin // 256
        at_us = int(state["at_us"])
        if verified.size < 1 or len(roots) != full_chunks.bit_count() or at_us > time.time_ns() // 1000:
            return None  # with a time to come, events of today would be passed over
        return Remembered(verified, at_us, state.get("intact") is True)
    except (OSError, ValueError, KeyError, TypeError, binascii.Error):
        return None


def write_state(remembered: Remembered) -> None:
    verified = remembered.verified
    state = {
        "origin": settings.AUDIT_ORIGIN,
        "database": _database(),
        "at_us": remembered.at_us,
        "intact": remembered.intact,
        "size": verified.size,
        "root": base64.b64encode(verified.root).decode("ascii"),
        "roots": [base64.b64encode(one).decode("ascii") for one in verified.roots],
    }
    path = state_file()
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        write_whole(path, json.dumps(state, indent=1))
    except OSError:
        return  # the next verification begins at the beginning


def _database() -> str:
    """Which database this is about: a folder may be shared by several."""
    return str(connection.settings_dict["NAME"])
