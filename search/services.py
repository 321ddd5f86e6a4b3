"""What the index knows, changed in the transaction of the thing itself."""

from collections.abc import Iterable

from search import words
from search.models import Document
from search.sources import Entry

BODY_CHARACTERS = 2_000
TITLE_CHARACTERS = 200
AT_ONCE = 200
_WRITTEN = (
    "title",
    "body",
    "title_key",
    "body_key",
    "grams",
    "circle",
    "public",
    "shown",
    "weight",
)


def put(entry: Entry) -> None:
    """Let a thing be found, or be found by its new words. Twice is the same as once."""
    put_many([entry])


def put_many(entries: Iterable[Entry]) -> None:
    """The same for several things, in few statements."""
    documents = [document_of(entry) for entry in entries]
    if documents:
        Document.objects.bulk_create(
            documents,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=_WRITTEN,
        )


def forget(kind: str, object_id: int) -> None:
    """Let a thing be found no longer. What is not there stays so."""
    Document.objects.filter(kind=kind, object_id=object_id).delete()


def open_circle(circle: int, *, public: bool, shown: bool) -> None:
    """Say who finds what belongs to a project: everybody or members, or nobody at all."""
    Document.objects.filter(circle=circle).update(public=public, shown=shown)


def document_of(entry: Entry) -> Document:
    """The row that says this; it is not saved."""
    title, body = entry.title[:TITLE_CHARACTERS], entry.body[:BODY_CHARACTERS]
    title_key = words.key(title)
    return Document(
        **entry._replace(title=title, body=body)._asdict(),
        title_key=title_key,
        body_key=words.key(body),
        grams=words.grams(title_key),
    )
