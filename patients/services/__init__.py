"""Everything that writes to a patient's record: one permission check, one transaction, one audit event each."""
