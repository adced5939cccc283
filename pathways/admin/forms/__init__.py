"""The forms of the guidance; importing the package registers the form of every kind of entry."""

from pathways.admin.forms import cases, evidence, rules, safeguards, vocabulary

__all__ = ["cases", "evidence", "rules", "safeguards", "vocabulary"]
