"""An import that dies half-way is seen by nobody, and the next one cleans up after it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.models import Contribution
from datasets.queries import Purpose, count_of, rows, typed_fields, wall_page
from datasets.records import read_record
from datasets.services import contributing
from projects.models import Project
from tests.projects_in_use import seed_records

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for a process that ended there."""


def values(project: Project, count: int) -> list[dict[int, object]]:
    fields = typed_fields(project)
    return [read_record(fields, record) for record in seed_records("digits", count)]


def stored(project: Project) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM p_{project.pk}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("point", ["insert_rows", "show_rows", "write_activity", "rows_added"])
def test_a_death_anywhere_shows_nothing(
    point: str, digits: Project, dave: User, monkeypatch
) -> None:
    def killed(*_args: object, **_kwargs: object) -> None:
        raise Killed

    monkeypatch.setattr(contributing, point, killed)
    # A killed process tidies nothing up.
    monkeypatch.setattr(contributing, "_forget", lambda _contribution: None)
    with pytest.raises(Killed):
        services.contribute(
            project=digits, user=dave, rows=values(digits, 700), source="upload", key="k"
        )
    assert count_of(digits) == (60, 0, 2)
    assert rows(digits, Purpose.CHANGE).count() == 60
    assert wall_page(digits)["count"] == 60
    monkeypatch.undo()
    Contribution.objects.filter(state="open").update(created=timezone.now() - timedelta(hours=2))
    services.contribute(
        project=digits, user=dave, rows=values(digits, 700), source="upload", key="k"
    )
    assert count_of(digits) == (760, 0, 3)
    assert stored(digits) == 760
    assert not Contribution.objects.filter(state="open").exists()


def test_a_refused_import_leaves_no_trace(digits: Project, dave: User, monkeypatch) -> None:
    monkeypatch.setattr("datasets.services.counting.ROWS_PER_PROJECT", 100)
    with pytest.raises(Refused, match="full"):
        services.contribute(project=digits, user=dave, rows=values(digits, 600), source="upload")
    assert stored(digits) == 60
    assert not Contribution.objects.filter(user=dave).exists()
