"""Reading the guidance: releases, versions under work, candidates for a release, and checks."""

from pathways.selectors.releases import (
    LoadedRelease,
    TamperedRelease,
    UnusableRelease,
    compiled_release,
    document_of,
    loaded,
    loaded_release,
    may_advise,
    release_in_force,
    vocabulary_of,
)

__all__ = [
    "LoadedRelease",
    "TamperedRelease",
    "UnusableRelease",
    "compiled_release",
    "document_of",
    "loaded",
    "loaded_release",
    "may_advise",
    "release_in_force",
    "vocabulary_of",
]
