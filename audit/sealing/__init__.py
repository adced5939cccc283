"""Seals the log: events become leaves of a tree of hashes, and its root is signed, batch after batch."""

from audit.sealing.batch import TreeTampered, seal_everything, seal_pending
from audit.sealing.keys import KeyUnusable, SealingKeys, make_signing_key, read_keys, signing_key_file
from audit.sealing.lock import AnotherSealerRuns, SealerLock, only_sealer
from audit.sealing.service import Sealer, SenderDied, Stop, announce, rotate

__all__ = [
    "AnotherSealerRuns",
    "KeyUnusable",
    "Sealer",
    "SealerLock",
    "SealingKeys",
    "SenderDied",
    "Stop",
    "TreeTampered",
    "announce",
    "make_signing_key",
    "only_sealer",
    "read_keys",
    "rotate",
    "seal_everything",
    "seal_pending",
    "signing_key_file",
]
