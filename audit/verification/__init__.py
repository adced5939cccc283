"""Proves or disproves that the log is whole: its events, its tree, its signatures, and what stands beside them."""

from audit.verification.findings import Findings, Kind
from audit.verification.run import record_verification, verify_database
from audit.verification.status import INTACT, NOT_INTACT, TARGET, LastVerification, last_verification
from audit.verification.whole_log import NOT_SEEN, Result, Verification, Verified

__all__ = [
    "INTACT",
    "NOT_INTACT",
    "NOT_SEEN",
    "TARGET",
    "Findings",
    "Kind",
    "LastVerification",
    "Result",
    "Verification",
    "Verified",
    "last_verification",
    "record_verification",
    "verify_database",
]
