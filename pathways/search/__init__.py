"""Searching the guidance in force: reading a question, finding what holds its words, and ranking it."""
