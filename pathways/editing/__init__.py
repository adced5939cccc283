"""Changing the documents of the guidance: pure functions from one document to the next, without a database."""
