"""Django's database backends, with one addition: the database is told who acts before the first write."""
