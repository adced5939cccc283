"""The tables of the guidance: versions under work and review, and the releases they become."""

from pathways.models.checks import Acceptance, CheckRun, ProofCertificate
from pathways.models.monitoring import CanaryAcknowledgement, CanaryRun, RuleFirings, standing_stop
from pathways.models.questions import GuidanceQuestion
from pathways.models.releases import Activation, Release, ReleasePart
from pathways.models.search import SearchEntry
from pathways.models.versions import Authorship, Comment, Review, Version

__all__ = [
    "Acceptance",
    "Activation",
    "Authorship",
    "CanaryAcknowledgement",
    "CanaryRun",
    "CheckRun",
    "Comment",
    "GuidanceQuestion",
    "ProofCertificate",
    "Release",
    "ReleasePart",
    "Review",
    "RuleFirings",
    "SearchEntry",
    "Version",
    "standing_stop",
]
