"""Everything that writes guidance: one permission check, one transaction, one audit event each."""
