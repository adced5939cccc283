"""The assessment: its form, its strips, and the pages beside it."""
