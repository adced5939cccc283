"""Two assessments of a patient side by side, and what newer guidance would change."""
