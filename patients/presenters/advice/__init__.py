"""The advice as cards: one verdict each, with its reasons, its answers, and what would change it."""
