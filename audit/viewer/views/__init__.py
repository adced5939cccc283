"""The pages of the audit viewer."""
