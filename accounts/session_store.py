"""Sessions in the database, as Django keeps them; a database that is away is not taken for a session that is gone."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from audit.database.passing import is_passing


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        """Django calls every error here a session that was ended, and would sign the person out."""
        try:
            super().save(must_create)
        except UpdateError as error:
            of_database = error.__context__
            if of_database is not None and is_passing(of_database):
                raise of_database from of_database.__cause__  # which says what the server said
            raise
