"""Where the guidance, as it is being worked on, uses a finding, an option or an intervention."""

from __future__ import annotations

from pathways.editing.names import Name, Use, uses_in
from pathways.editing.parts import parts_of
from pathways.models import Version
from pathways.selectors.candidates import working_candidate


def uses_of(name: Name, version: Version | None = None) -> list[Use]:
    """Every use, in content order; with a version, as the guidance would be with it."""
    candidate = working_candidate(version)
    return [use for part, document in parts_of(candidate.document).items() for use in uses_in(part, document, name)]
