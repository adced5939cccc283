"""Deliberately empty: the admin panel would be a way to patients' records past wards, roles and the audit log."""
