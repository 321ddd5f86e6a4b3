"""Killed anywhere, an import goes on; given up, it leaves nothing: on a database that commits."""

from typing import Any

import pytest

from accounts.models import User
from datasets.models import Contribution, DataTable, Import
from datasets.queries import Purpose, count_of, rows
from datasets.services import bulk_writing, import_adding, importing
from datasets.services.class_counts import recount_classes
from datasets.services.import_states import Stopped
from projects.models import Project
from tests.datasets.test_importing import penguin, table
from tests.imports_in_use import checked
from tests.projects_in_use import add_records, seed_records

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("decoded_here"),
]


class Killed(BaseException):
    """Stands for a process that ended there."""


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few rows, parts of a few chunks."""
    monkeypatch.setattr(bulk_writing, "FIRST_CHUNK", 8)
    monkeypatch.setattr(bulk_writing, "LEAST_CHUNK", 8)
    monkeypatch.setattr(bulk_writing, "MOST_CHUNK", 8)
    monkeypatch.setattr(import_adding, "PART_ROWS", 20)


def killed_after(chunks: int, made: Import, patch: pytest.MonkeyPatch) -> None:
    """A worker that commits so many chunks, and dies inside the next transaction."""
    fence = import_adding._fence

    def counting(import_: Import) -> Any:
        inner, done = fence(import_), []

        def count(before: int, after: int) -> None:
            inner(before, after)
            done.append(after)
            if len(done) > chunks:
                raise Killed

        return count

    patch.setattr(import_adding, "_fence", counting)
    with pytest.raises(Killed):
        import_adding.add_rows(made)


def test_killed_at_any_chunk_it_goes_on_and_hides_its_rows(
    penguins: Project, dave: User, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch)
    made = checked(penguins, dave, table(45, penguin(2), *map(penguin, range(45, 60))))
    importing.add(made)
    for chunks in (0, 1, 3):
        made.refresh_from_db()
        before = made.written
        with monkeypatch.context() as patch:
            killed_after(chunks, made, patch)
        made.refresh_from_db()
        assert before <= made.written <= before + 8 * chunks
        assert count_of(penguins) == (60, 0, 2)
        assert rows(penguins, Purpose.CHANGE).count() == 60
    # Somebody's row arrives above the range: a snapshot with it lacks these.
    add_records(penguins, alice, seed_records("penguins", 1))
    was = DataTable.objects.get(project=penguins).rewritten
    assert import_adding.add_rows(made)
    assert count_of(penguins) == (121, 0, 3)
    assert DataTable.objects.get(project=penguins).rewritten == was + 1
    listed = rows(penguins, Purpose.TABLE).filter(contribution__user=dave)
    places = list(listed.values_list("arrival", "position"))
    assert places == [(60 + place, place) for place in range(60)]
    assert not recount_classes(penguins)
    made.refresh_from_db()
    # A second worker that thought the job its own finds nothing to do.
    with pytest.raises(Stopped):
        import_adding.add_rows(made)
    assert count_of(penguins).accepted == 121


def test_given_up_half_way_its_rows_go_again(
    penguins: Project, dave: User, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch)
    for newest in (True, False):
        made = checked(penguins, dave, table(40), duplicates_too=False)
        importing.add(made)
        with monkeypatch.context() as patch:
            killed_after(3, made, patch)
        if not newest:
            add_records(penguins, alice, seed_records("penguins", 1))
        before = DataTable.objects.get(project=penguins).next_arrival
        importing.cancel(made)
        import_adding.clear(Import.objects.get(pk=made.pk))
        import_adding.clear(Import.objects.get(pk=made.pk))
        after = DataTable.objects.get(project=penguins)
        # Numbers that somebody passed stay empty cells.
        assert after.next_arrival == (before - 40 if newest else before)
        assert after.writing is None
        assert not Contribution.objects.filter(state=Contribution.State.OPEN).exists()
        assert rows(penguins, Purpose.CHANGE).count() == 60 + (not newest)
