"""The witness on another host that watches the log grow, and the addresses that answer it."""

from audit.witness.sources import FolderLog, HttpLog, NotAnswered
from audit.witness.watching import NAME, NAME_WITHOUT_PROOFS, Alarm, Witness, own_key

__all__ = [
    "NAME",
    "NAME_WITHOUT_PROOFS",
    "Alarm",
    "FolderLog",
    "HttpLog",
    "NotAnswered",
    "Witness",
    "own_key",
]
