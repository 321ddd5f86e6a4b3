"""What was taken back, and versions that a moderator destroys."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import ModerationAction, User
from accounts.moderation import moderate
from common.errors import Forbidden, Refused
from datasets import services
from datasets.models import Contribution, Snapshot
from datasets.queries.deletions import ranges_of
from datasets.services import snapshot_files
from projects.models import Project
from tests.projects_in_use import add_records, seed_records

pytestmark = pytest.mark.django_db


def destroy(snapshot: Snapshot, mona: User) -> None:
    moderate(actor=mona, target=snapshot, action="destroy", reason="illegal")


def test_withdrawn_rows_are_listed_without_values(
    penguins: Project, carol: User, erin_client: Client
) -> None:
    services.take_snapshot(penguins)
    act = Contribution.objects.get(project=penguins, user=carol)
    services.withdraw(act, carol)
    services.take_snapshot(penguins)
    said = erin_client.get(f"/p/{penguins.slug}/data/deletions.json")
    found = said.json()
    assert found["project"] == penguins.slug
    (group,) = found["deletions"]
    assert group["rows"] == [[31, 60]]
    assert group["versions"] == [1]
    assert set(group) == {"rows", "versions", "withdrawn"}
    for word in ("Adelie", "carol", "male"):
        assert word not in said.content.decode()


def test_nothing_taken_back_is_an_empty_list(penguins: Project, erin_client: Client) -> None:
    found = erin_client.get(f"/p/{penguins.slug}/data/deletions.json").json()
    assert (found["deletions"], found["destroyed_versions"]) == ([], [])


def test_ids_become_ranges() -> None:
    assert ranges_of([]) == []
    assert ranges_of([1, 2, 3, 7, 9, 10]) == [[1, 3], [7, 7], [9, 10]]


def test_a_destroyed_version_is_gone_everywhere(
    penguins: Project,
    mona: User,
    erin_client: Client,
    django_capture_on_commit_callbacks,
) -> None:
    snapshot = services.take_snapshot(penguins)
    base = f"/p/{penguins.slug}/data/"
    assert erin_client.get(f"{base}v1.csv").status_code == 200
    snapshot.refresh_from_db()
    names = [snapshot.file, snapshot.files["csv"]["name"]]
    assert all(default_storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        destroy(snapshot, mona)
    assert not any(default_storage.exists(name) for name in names)
    for name in ("v1.csv", "v1.parquet", "v1.arrow", "v1/data.csv", "v1/README.md"):
        assert erin_client.get(f"{base}{name}").status_code == 410, name
    assert erin_client.get(f"{base}latest.parquet").status_code == 404
    page = erin_client.get(f"{base}versions/v1/").content.decode()
    assert "against the law" in page
    found = erin_client.get(f"{base}deletions.json").json()
    assert found["destroyed_versions"][0]["version"] == 1
    assert ModerationAction.objects.get().target_id == snapshot.pk
    snapshot.refresh_from_db()
    assert (snapshot.rows, snapshot.file, snapshot.files) == (60, "", {})


def test_what_was_left_of_it_is_swept_up(penguins: Project, mona: User) -> None:
    """Killed between the commit and the removal: nobody got a file, and the next round removes."""
    snapshot = services.take_snapshot(penguins)
    destroy(snapshot, mona)
    snapshot.refresh_from_db()
    assert default_storage.exists(snapshot.file)
    assert snapshot_files.sweep() == 1
    assert not default_storage.exists(snapshot.file)
    assert snapshot_files.sweep() == 0


def test_the_same_rows_are_no_new_version(penguins: Project, mona: User, carol: User) -> None:
    destroy(services.take_snapshot(penguins), mona)
    with pytest.raises(Refused, match="destroyed version 1"):
        services.take_snapshot(penguins)
    add_records(penguins, carol, seed_records("penguins", 62)[60:])
    assert services.take_snapshot(penguins).number == 2


def test_only_moderators_destroy_and_only_once(penguins: Project, mona: User, alice: User) -> None:
    snapshot = services.take_snapshot(penguins)
    with pytest.raises(Forbidden):
        moderate(actor=alice, target=snapshot, action="destroy", reason="illegal")
    destroy(snapshot, mona)
    with pytest.raises(Refused, match="already"):
        destroy(snapshot, mona)
