"""Checks of a candidate: starting and cancelling one, running it, and accepting what it showed."""

from pathways.services.checks.accepting import accept
from pathways.services.checks.running import run_check
from pathways.services.checks.starting import cancel_check, start_check

__all__ = ["accept", "cancel_check", "run_check", "start_check"]
