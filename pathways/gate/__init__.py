"""The publish gate: what blocks a release document, what is worth a look, and what was checked; without a database."""
