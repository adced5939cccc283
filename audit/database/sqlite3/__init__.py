"""SQLite, told who acts, and taking turns fairly."""
