"""The full-text index in both databases, and how the phrases of a question are written for each of them.

The index holds stems that this project makes itself, so that both databases find the same. A phrase consists of small
letters, digits and spaces only; neither a syntax error nor an operator can come out of what somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

PLAIN = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")

INSTALL = {
    "postgresql": (
        """ALTER TABLE pathways_searchentry ADD COLUMN words tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('simple'::regconfig, about), 'A')
            || setweight(to_tsvector('simple'::regconfig, says), 'B')
            || setweight(to_tsvector('simple'::regconfig, applies), 'C')
            || setweight(to_tsvector('simple'::regconfig, rests_on), 'D')) STORED""",
        "CREATE INDEX pathways_searchentry_words ON pathways_searchentry USING gin (words)",
    ),
    "sqlite": (
        """CREATE VIRTUAL TABLE pathways_searchentry_words USING fts5(
            about, says, applies, rests_on, content='pathways_searchentry', content_rowid='id')""",
        """CREATE TRIGGER pathways_searchentry_words_insert AFTER INSERT ON pathways_searchentry BEGIN
            INSERT INTO pathways_searchentry_words(rowid, about, says, applies, rests_on)
            VALUES (NEW.id, NEW.about, NEW.says, NEW.applies, NEW.rests_on); END""",
        """CREATE TRIGGER pathways_searchentry_words_delete AFTER DELETE ON pathways_searchentry BEGIN
            INSERT INTO pathways_searchentry_words(pathways_searchentry_words, rowid, about, says, applies, rests_on)
            VALUES ('delete', OLD.id, OLD.about, OLD.says, OLD.applies, OLD.rests_on); END""",
    ),
}
REMOVE = {
    "postgresql": (
        "DROP INDEX pathways_searchentry_words",
        "ALTER TABLE pathways_searchentry DROP COLUMN words",
    ),
    "sqlite": (
        "DROP TRIGGER pathways_searchentry_words_insert",
        "DROP TRIGGER pathways_searchentry_words_delete",
        "DROP TABLE pathways_searchentry_words",
    ),
}

# The rows of one release that hold a phrase; the database's own rank decides which where there are very many, and one
# formula of ours puts them in order. Parameters: the phrases, the release.
FIND = {
    "postgresql": """SELECT entry.* FROM pathways_searchentry entry, to_tsquery('simple', %s) wanted
        WHERE entry.words @@ wanted AND entry.release_id = %s
        ORDER BY ts_rank('{0.1, 0.7, 1.0, 1.0}', entry.words, wanted) DESC, entry.position LIMIT 500""",
    "sqlite": """SELECT entry.* FROM pathways_searchentry_words
        JOIN pathways_searchentry entry ON entry.id = pathways_searchentry_words.rowid
        WHERE pathways_searchentry_words MATCH %s AND entry.release_id = %s
        ORDER BY bm25(pathways_searchentry_words, 4.0, 4.0, 3.0, 1.0), entry.position LIMIT 500""",
}


def full_text_operations() -> list[RunPython]:
    """Behind the operation that makes the table; they can be reversed."""
    return [RunPython(_install, _remove)]


def _install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in INSTALL[editor.connection.vendor]:
        editor.execute(statement)


def _remove(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in REMOVE[editor.connection.vendor]:
        editor.execute(statement)


def wanted(phrases: Iterable[str], vendor: str) -> str:
    """Any of the phrases, as this database reads it."""
    plain = [phrase for phrase in phrases if PLAIN.fullmatch(phrase)]
    if vendor == "sqlite":
        return " OR ".join(f'"{phrase}"' for phrase in plain)
    return " | ".join("(" + " <-> ".join(f"'{word}'" for word in phrase.split()) + ")" for phrase in plain)
