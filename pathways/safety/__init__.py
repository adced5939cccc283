"""The clinical safety file: what could go wrong, what is done about it, and which tests prove that it is done."""

from pathways.safety.hazards import Control, Estimate, Hazard, Kind, SafetyFile, UnusableSafetyFile, safety_file

__all__ = ["Control", "Estimate", "Hazard", "Kind", "SafetyFile", "UnusableSafetyFile", "safety_file"]
