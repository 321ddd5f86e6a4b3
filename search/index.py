"""The full-text index of each database, made by migration 0001: how it is asked.

Everything that is put into an expression comes from ``search.words.key``: letters and digits only.
"""

from collections.abc import Sequence

from django.db import DatabaseError, connection, transaction
from django.db.models.expressions import RawSQL

SQLITE_REBUILD = "INSERT INTO search_text(search_text) VALUES ('rebuild')"
SQLITE_ASK = "SELECT rowid FROM search_text WHERE search_text MATCH %s"

POSTGRESQL_ASK = "SELECT id FROM search_document WHERE VECTOR @@ to_tsquery('simple', %s)"

#: As migration 0001 indexes them: another expression would find the same, slowly.
_VECTORS = {
    "title": "to_tsvector('simple'::regconfig, title_key)",
    "all": "to_tsvector('simple'::regconfig, title_key || ' ' || body_key)",
    "grams": "to_tsvector('simple'::regconfig, grams)",
}
#: The columns of SQLite's index that a part means.
_COLUMNS = {"title": "title_key", "all": "{title_key body_key}", "grams": "grams"}


def with_all(words: Sequence[str], *, part: str = "all") -> RawSQL:
    """The ids of the documents in whose ``title`` (or ``all``) each word begins some word."""
    return _ask(part, words, both=" AND ", one='"{}"*', joined=" & ", single="'{}':*")


def with_some(trigrams: Sequence[str]) -> RawSQL:
    """The ids of the documents that share at least one trigram."""
    return _ask("grams", trigrams, both=" OR ", one='"{}"', joined=" | ", single="'{}'")


def _ask(
    part: str, words: Sequence[str], *, both: str, one: str, joined: str, single: str
) -> RawSQL:
    if connection.vendor == "sqlite":
        match = both.join(one.format(word) for word in words)
        return RawSQL(SQLITE_ASK, [f"{_COLUMNS[part]} : ({match})"])  # noqa: S611 - letters only
    vector = _VECTORS[part]
    query = joined.join(single.format(word) for word in words)
    return RawSQL(POSTGRESQL_ASK.replace("VECTOR", vector), [query])  # noqa: S611 - letters only


def is_whole() -> bool:
    """Whether the database's own index says the same as the documents. Only SQLite's can differ."""
    if connection.vendor != "sqlite":
        return True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            check = "INSERT INTO search_text(search_text, rank) VALUES ('integrity-check', 1)"
            cursor.execute(check)
    except DatabaseError:
        return False
    return True


def rebuild() -> None:
    """Make the database's own index anew from the documents."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(SQLITE_REBUILD)
