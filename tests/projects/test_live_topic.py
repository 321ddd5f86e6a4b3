"""Who may listen to a project, and what a window gets first."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from live.topics import find, may_listen
from projects import live
from projects.models import Project


def test_listening_follows_reading(shells: Project, cellar: Project, carol: User, dave: User):
    for user, public, private in (
        (carol, True, True),
        (dave, True, False),
        (AnonymousUser(), True, False),
    ):
        assert may_listen(user, f"project:{shells.pk}") is public
        assert may_listen(user, f"project:{cellar.pk}") is private
    assert not may_listen(dave, "project:999999")


def test_the_snapshot_is_composed_of_parts(shells: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "_parts", {"activity": live._parts["activity"]})
    live.add_part("name", lambda project: project.name)
    found = find(f"project:{shells.pk}")
    assert found is not None
    assert found[0].snapshot is not None
    snapshot = found[0].snapshot(found[1])
    assert snapshot["name"] == "Snail shells"
    assert [line["text"] for line in snapshot["activity"]] == ["opened the project"]
