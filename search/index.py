"""The full-text index of each database, made by migration 0001: how it is asked.

Everything that is put into an expression comes from ``search.words.key``: letters and digits only.
"""

from collections.abc import Sequence

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from search.models import Document

SQLITE_REBUILD = "INSERT INTO search_text(search_text) VALUES ('rebuild')"
SQLITE_ASK = "SELECT rowid FROM search_text WHERE search_text MATCH %s"

POSTGRESQL_ASK = "SELECT id FROM search_document WHERE VECTOR @@ to_tsquery('simple', %s)"
POSTGRESQL_ORDER = " ORDER BY ts_rank(VECTOR, to_tsquery('simple', %s)) DESC LIMIT %s"

#: As migration 0001 indexes them: another expression would find the same, slowly.
_VECTORS = {
    "title": "to_tsvector('simple'::regconfig, title_key)",
    "all": "to_tsvector('simple'::regconfig, title_key || ' ' || body_key)",
    "grams": "to_tsvector('simple'::regconfig, grams)",
}
#: The columns of SQLite's index that a part means.
_COLUMNS = {"title": "title_key", "all": "{title_key body_key}"}


def with_all(words: Sequence[str], *, part: str = "all") -> RawSQL:
    """The ids of the documents in whose ``title`` (or ``all``) each word begins some word."""
    if connection.vendor == "sqlite":
        match = " AND ".join(f'"{word}"*' for word in words)
        return RawSQL(SQLITE_ASK, [f"{_COLUMNS[part]} : ({match})"])  # noqa: S611 - letters only
    query = " & ".join(f"'{word}':*" for word in words)
    ask = POSTGRESQL_ASK.replace("VECTOR", _VECTORS[part])
    return RawSQL(ask, [query])  # noqa: S611 - letters only


def with_most(trigrams: Sequence[str], limit: int, among: QuerySet[Document]) -> RawSQL:
    """The ids of those of some documents that share the most of these trigrams, rare ones first.

    Raises:
        EmptyResultSet: there can be none among them.
    """
    those, known = among.order_by().values("pk").query.sql_with_params()
    if connection.vendor == "sqlite":
        match = " OR ".join(f'"{one}"' for one in trigrams)
        # The plus keeps SQLite from asking the index once for each of those documents.
        ask = f"{SQLITE_ASK} AND +rowid IN ({those}) ORDER BY rank LIMIT %s"
        return RawSQL(ask, [f"grams : ({match})", *known, limit])  # noqa: S611 - letters only
    query = " | ".join(f"'{one}'" for one in trigrams)
    ask = POSTGRESQL_ASK.replace("VECTOR", _VECTORS["grams"]) + f" AND id IN ({those})"
    order = POSTGRESQL_ORDER.replace("VECTOR", _VECTORS["grams"])
    return RawSQL(ask + order, [query, *known, query, limit])  # noqa: S611 - letters only


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
