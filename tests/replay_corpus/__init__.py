"""Evaluations that were right once and are kept: whatever engine comes later has to reach them again."""
