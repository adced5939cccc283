"""What leaves the log and how: events whose retention has ended, and the values of one patient."""

from audit.retention.erasure import NothingToErase, erase_values, events_about
from audit.retention.notes import RetirementText
from audit.retention.retirement import NothingToRetire, Retirable, retirable, retire

__all__ = [
    "NothingToErase",
    "NothingToRetire",
    "Retirable",
    "RetirementText",
    "erase_values",
    "events_about",
    "retirable",
    "retire",
]
