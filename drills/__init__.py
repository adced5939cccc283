"""Failure drills: the application is broken on purpose, and what was acknowledged is counted afterwards."""
