"""The patient's page: plan, course, key facts, and who saw the record."""
