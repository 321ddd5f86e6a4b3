"""What differs between versions, the pages that say it, and when versions are made."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import Contribution, DataTable, Field, Snapshot
from datasets.queries import typed_fields
from datasets.services import differences, snapshot_files, snapshots, versions
from datasets.streaming import ranges
from jobs.models import Job
from jobs.tasks import work_one
from projects.models import Project
from tests.projects_in_use import add_records, published, seed_records

pytestmark = pytest.mark.django_db
FIELDS = (
    FieldDraft("length", "number"),
    FieldDraft("kind", "category", "target", options={"categories": ["a", "b"]}),
)


@pytest.fixture
def small(alice: User, bob: User, carol: User) -> Project:
    """Four rows of two people."""
    project = published(alice, "Small", FIELDS, maintainer=bob, member=carol)
    add_records(project, alice, [{"length": 1.5, "kind": "a"}, {"length": 2, "kind": "b"}])
    add_records(project, carol, [{"length": 3, "kind": "a"}, {"length": 4, "kind": "a"}])
    return project


def told(snapshot: Snapshot) -> tuple[int, int, int]:
    changes = snapshot.changes
    return changes["added"], changes["changed"], changes["removed"]


def edit(project: Project, user: User, length: float) -> None:
    """Give the person's first row another length."""
    from datasets.queries import Purpose, rows

    found = rows(project, Purpose.OWN).filter(contribution__user=user)[0]
    fields = dict(typed_fields(project))
    values = {
        field.pk: length if field.name == "length" else type_.value_of(getattr(found, field.column))
        for field, type_ in fields.items()
    }
    services.edit_row(
        project=project, user=user, row=found.pk, values=values, revision=found.revision
    )


def test_a_version_says_what_differs_from_the_one_before(small: Project, alice: User) -> None:
    first = services.take_snapshot(small)
    assert "since" not in first.changes
    assert first.changes["people"] == 2
    assert first.changes["classes"] == {"a": 3, "b": 1}
    assert first.changes["licences"] == ["CC0-1.0"]
    add_records(small, alice, [{"length": 5, "kind": "b"}])
    second = services.take_snapshot(small)
    assert (second.changes["since"], told(second)) == (1, (1, 0, 0))
    edit(small, alice, 7.25)
    services.withdraw(Contribution.objects.filter(project=small, rows=1).get(), alice)
    third = services.take_snapshot(small)
    assert told(third) == (0, 1, 1)


def test_any_two_versions_are_compared(small: Project, alice: User) -> None:
    first = services.take_snapshot(small)
    edit(small, alice, 9)
    services.take_snapshot(small)
    add_records(small, alice, [{"length": 5, "kind": "b"}])
    third = services.take_snapshot(small)
    found = differences.difference_between(first, third)
    assert found is not None
    assert (found.added, found.changed, found.removed, found.fields) == (1, 1, 0, [])
    back = differences.difference_between(third, first)
    assert back is not None
    assert (back.added, back.changed, back.removed) == (0, 1, 1)


def test_a_renamed_field_changes_no_row(small: Project, alice: User) -> None:
    first = services.take_snapshot(small)
    Field.objects.filter(project=small, name="length").update(name="size")
    Project.objects.filter(pk=small.pk).update(schema_version=small.schema_version + 1)
    second = services.take_snapshot(Project.objects.get(pk=small.pk))
    found = differences.difference_between(first, second)
    assert found is not None
    assert (found.added, found.changed, found.removed) == (0, 0, 0)
    assert [tuple(one) for one in found.fields] == [("renamed", "size", "length")]


def test_what_rows_said_before_and_after_is_the_difference_of_the_files(
    digits: Project, alice: User
) -> None:
    """Drawings are compared as well: one cell makes a row another."""
    first = services.take_snapshot(digits)
    extra = seed_records("digits", 62)[60:]
    add_records(digits, alice, extra)
    second = services.take_snapshot(digits)
    # The neighbours' difference came from the counts; counted from the files it is the same.
    second.changes = {}
    found = differences.difference_between(first, second)
    assert found is not None
    assert (found.added, found.changed, found.removed) == (2, 0, 0)


def test_the_pages_show_it(small: Project, alice: User, erin_client: Client) -> None:
    services.take_snapshot(small)
    add_records(small, alice, [{"length": 5, "kind": "b"}])
    services.take_snapshot(small)
    base = f"/p/{small.slug}/data/versions/"
    listed = erin_client.get(base).content.decode()
    assert "+1" in listed
    one = erin_client.get(f"{base}v2/").content.decode()
    assert "What changed since v1" in one
    assert re.search(r"<th[^>]*>b</th><td[^>]*>1</td><td[^>]*>2</td>", one)
    two = erin_client.get(base, {"from": 1, "to": 2})
    assert two["Location"] == f"{base}v1..v2/"
    assert "From v1 to v2" in erin_client.get(two["Location"]).content.decode()
    assert erin_client.get(f"{base}v1..v9/").status_code == 404
    assert erin_client.get(f"{base}v3/").status_code == 404
    assert "v2" in erin_client.get(f"/p/{small.slug}/data/").content.decode()


def test_a_large_version_is_made_by_a_job(
    small: Project, dave_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "SNAPSHOT_AT_ONCE_ROWS", 3)
    address = f"/p/{small.slug}/data/versions/"
    for _press in range(2):
        assert dave_client.post(address).status_code == 302
    assert Job.objects.filter(kind="version").count() == 1
    assert not Snapshot.objects.exists()
    assert b"waits for a worker" in dave_client.get(address).content
    work_one("light", raising=True)
    made = Snapshot.objects.get()
    assert set(made.files) == {"parquet", "csv", "jsonl", "arrow"}
    assert b"waits for a worker" not in dave_client.get(address).content


def test_at_the_limit_a_version_is_made_at_once(
    small: Project, dave_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "SNAPSHOT_AT_ONCE_ROWS", 4)
    assert dave_client.post(f"/p/{small.slug}/data/versions/").status_code == 302
    assert Snapshot.objects.count() == 1


def test_at_night_changed_projects_get_a_version_once(
    small: Project, digits: Project, alice: User
) -> None:
    services.take_snapshot(digits)
    night = datetime(2026, 11, 24, 0, 20, tzinfo=UTC)
    with time_machine.travel(night, tick=False):
        for _machine in range(2):
            versions.nightly()
        while work_one("light", raising=True):
            versions.nightly()
    # Nothing for the project that has not changed; one for the other.
    assert Snapshot.objects.filter(project=digits).count() == 1
    assert Snapshot.objects.filter(project=small).count() == 1
    add_records(small, alice, [{"length": 5, "kind": "b"}])
    with time_machine.travel(night.replace(hour=23), tick=False):
        versions.nightly()
        assert work_one("light", raising=True) is None
    with time_machine.travel(night.replace(day=25), tick=False):
        versions.nightly()
        while work_one("light", raising=True):
            pass
    assert Snapshot.objects.filter(project=small).count() == 2


def test_a_night_that_was_begun_and_cut_off_goes_on(small: Project) -> None:
    versions.nightly()
    work_one("light", raising=True)
    job = Job.objects.get(kind="version")
    versions.nightly()
    assert Job.objects.filter(kind="version").get().pk == job.pk


def test_rows_that_are_rewritten_meanwhile_are_read_again(
    small: Project, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt sees a state that was never there: it is thrown away."""
    read = ranges
    turns = []

    def disturbed(*wanted, **how):
        turns.append(how["at_once"])
        yield from read(*wanted, **how)
        if len(turns) == 1:
            edit(small, alice, 77)

    monkeypatch.setattr(snapshots, "ranges", disturbed)
    taken = services.take_snapshot(small)
    table = DataTable.objects.get(project=small)
    assert turns == [False, False]
    assert (taken.rewritten, taken.data_revision) == (table.rewritten, table.revision)
    import pyarrow.parquet as pq

    with default_storage.open(taken.file) as file:
        assert 77 in pq.read_table(file).column("length").to_pylist()


def test_rows_that_come_meanwhile_are_left_to_the_next_version(
    small: Project, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ranges

    def disturbed(*wanted, **how):
        add_records(small, alice, [{"length": 50, "kind": "b"}])
        yield from read(*wanted, **how)

    monkeypatch.setattr(snapshots, "ranges", disturbed)
    taken = services.take_snapshot(small)
    assert (taken.rows, taken.last_arrival) == (4, 3)
    monkeypatch.setattr(snapshots, "ranges", read)
    assert services.take_snapshot(small).rows == 5


def test_a_file_is_made_once_and_kept(small: Project, erin_client: Client) -> None:
    services.take_snapshot(small)
    first = erin_client.get(f"/p/{small.slug}/data/v1.csv")
    known = Snapshot.objects.get().files["csv"]
    again = erin_client.get(f"/p/{small.slug}/data/v1/data.csv")
    assert first.getvalue() == again.getvalue()
    assert first["ETag"] == again["ETag"] == f'"{known["sha256"]}"'
    assert first["Content-Length"] == str(known["bytes"])
    piece = erin_client.get(f"/p/{small.slug}/data/v1.csv", headers={"Range": "bytes=0-3"})
    assert (piece.status_code, piece.getvalue()) == (206, b"_row")


def test_a_large_file_is_made_by_a_job(
    small: Project, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.take_snapshot(small)
    monkeypatch.setattr(snapshot_files, "FILE_AT_ONCE_VALUES", 19)
    for _ask in range(2):
        answer = erin_client.get(f"/p/{small.slug}/data/v1.csv")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert Job.objects.filter(kind="version_files").count() == 1
    work_one("light", raising=True)
    assert erin_client.get(f"/p/{small.slug}/data/v1.csv").status_code == 200
    monkeypatch.setattr(snapshot_files, "FILE_AT_ONCE_VALUES", 20)
    snapshot = Snapshot.objects.get()
    assert snapshot_files.values_of(snapshot) == 20
    assert snapshot_files.values_are_few(snapshot)


def test_two_large_versions_are_compared_by_a_job(
    small: Project, alice: User, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differences, "COMPARED_AT_ONCE_VALUES", 10)
    services.take_snapshot(small)
    for length in (5, 6):
        add_records(small, alice, [{"length": length, "kind": "b"}])
        services.take_snapshot(small)
    address = f"/p/{small.slug}/data/versions/v1..v3/"
    assert b"are being compared" in erin_client.get(address).content
    work_one("light", raising=True)
    page = erin_client.get(address).content.decode()
    assert "are being compared" not in page
    assert "rows added" in page


def test_what_may_be_kept_by_whom(
    small: Project, erin_client: Client, carol_client: Client
) -> None:
    services.take_snapshot(small)
    address = f"/p/{small.slug}/data/v1.parquet"
    assert erin_client.get(address)["Cache-Control"] == "public, max-age=60, immutable"
    assert erin_client.get(f"/p/{small.slug}/data/latest.parquet")["Location"] == address
    Project.objects.filter(pk=small.pk).update(visibility="private")
    assert erin_client.get(address).status_code == 404
    assert carol_client.get(address)["Cache-Control"] == "private, no-store"


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_rewritten_again_and_again_are_read_at_once(
    small: Project, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third attempt needs nobody to stand still: one copy, or one repeatable transaction."""
    read = ranges
    turns = []

    def disturbed(*wanted, **how):
        turns.append(how["at_once"])
        yield from read(*wanted, **how)
        if len(turns) < 3:
            edit(small, alice, 70 + len(turns))

    monkeypatch.setattr(snapshots, "ranges", disturbed)
    taken = services.take_snapshot(small)
    assert turns == [False, False, True]
    assert (taken.rows, taken.rewritten) == (4, DataTable.objects.get(project=small).rewritten)
