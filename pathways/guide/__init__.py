"""What helps people to use the application and to do without it: help, about, safety, and the papers for a downtime."""
