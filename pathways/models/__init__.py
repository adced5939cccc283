"""The tables of the guidance: versions under work and review, and the releases they become."""

from pathways.models.checks import Acceptance, CheckRun, ProofCertificate
from pathways.models.questions import GuidanceQuestion
from pathways.models.releases import Activation, Release, ReleasePart
from pathways.models.search import SearchEntry
from pathways.models.versions import Authorship, Comment, Review, Version

__all__ = [
    "Acceptance",
    "Activation",
    "Authorship",
    "CheckRun",
    "Comment",
    "GuidanceQuestion",
    "ProofCertificate",
    "Release",
    "ReleasePart",
    "Review",
    "SearchEntry",
    "Version",
]
