"""Filling the index from what is there, and looking whether it says the same."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from search import index
from search.models import Document
from search.services import AT_ONCE, document_of, put_many
from search.sources import Entry, sources


class Drift(NamedTuple):
    """Where the index says something else than the things themselves."""

    kind: str
    object_id: int
    #: ``missing``, ``stale`` or ``too much``.
    what: str


def rebuild() -> int:
    """Make the whole index anew, in one transaction; return how many documents there are."""
    with transaction.atomic():
        # First: a broken full-text index refuses that its documents are deleted.
        index.rebuild()
        Document.objects.all().delete()
        count = 0
        for entries in sources().values():
            for some in _pieces(entries()):
                put_many(some)
                count += len(some)
    return count


def drift() -> Iterator[Drift]:
    """Everything that the index misses, says wrongly or should have forgotten."""
    for kind, entries in sources().items():
        seen: set[int] = set()
        for some in _pieces(entries()):
            yield from _differences(kind, some)
            seen |= {entry.object_id for entry in some}
        known = Document.objects.filter(kind=kind).values_list("object_id", flat=True)
        for object_id in known.iterator():
            if object_id not in seen:
                yield Drift(kind, object_id, "too much")


def fill_when_new(using: str, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """After the migrations that made the index: put in what was there before it.

    ``plan`` is what was migrated; emptying the tables of a test sends the signal without one.
    """
    if using != "default" or not plan or any(backwards for _migration, backwards in plan):
        return
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()) or Document.objects.exists():
        return
    rebuild()


def _differences(kind: str, entries: list[Entry]) -> Iterator[Drift]:
    ids = [entry.object_id for entry in entries]
    known = Document.objects.filter(kind=kind, object_id__in=ids)
    by_id = {document.object_id: document for document in known}
    for entry in entries:
        there = by_id.get(entry.object_id)
        if there is None:
            yield Drift(kind, entry.object_id, "missing")
        elif _said(there) != _said(document_of(entry)):
            yield Drift(kind, entry.object_id, "stale")


def _said(document: Document) -> tuple[object, ...]:
    return tuple(getattr(document, field.attname) for field in Document._meta.concrete_fields[1:])


def _pieces(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    left = iter(entries)
    while some := list(islice(left, AT_ONCE)):
        yield some
