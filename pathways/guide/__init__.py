"""What helps people to use the application and to do without it: help, about, and the papers for a downtime."""
