"""Searching the guidance in force, and asking its editors what it does not say."""
