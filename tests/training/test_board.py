"""The board: the best first, of equals the earlier; hidden and failed ones never."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.moderation import Reason, moderate
from live.models import Event
from projects.models import Project
from tests.training.finished import begun, done
from training import services
from training.models import Run, TrainedModel
from training.queries import best_of, board


def test_the_highest_accuracy_first_and_ties_by_time(
    digits: Project, carol: User, bob: User, tmp_path: Path
) -> None:
    scores = (0.5, 0.9, 0.7, 0.9)
    runs = [
        done(digits, carol if at % 2 else bob, tmp_path, score) for at, score in enumerate(scores)
    ]
    rows = board(digits)
    assert [row.run_id for row in rows] == [runs[at].pk for at in (1, 3, 2, 0)]
    assert [row.rank for row in rows] == [1, 2, 3, 4]
    assert (rows[0].person, rows[0].architecture, rows[0].rows) == ("carol", "Dense", 60)
    assert rows[0].baseline == "10.0\N{NO-BREAK SPACE}%"


def test_the_lowest_error_first(penguins: Project, carol: User, tmp_path: Path) -> None:
    Project.objects.filter(pk=penguins.pk).update(task="regression")
    penguins.refresh_from_db()
    mass = penguins.fields.get(kind="category", role="target")
    mass.role = "feature"
    mass.save()
    number = penguins.fields.filter(kind__in=("number", "integer")).first()
    assert number is not None
    number.role = "target"
    number.save()
    for score in (3.5, 1.25):
        done(penguins, carol, tmp_path, score)
    assert [row.shown for row in board(penguins)] == ["1.25", "3.5"]


def test_what_cannot_be_ranked(digits: Project, carol: User, tmp_path: Path) -> None:
    failed, _job = begun(digits, carol)
    services.fail(failed.pk, "It broke.")
    done(digits, carol, tmp_path, score=None)
    hidden = done(digits, carol, tmp_path, score=0.99)
    TrainedModel.objects.filter(run=hidden).update(hidden=True)
    assert board(digits) == []
    assert best_of(digits) is None


def test_hiding_a_run_takes_it_off_the_board_live(
    digits: Project, carol: User, mona: User, tmp_path: Path
) -> None:
    run = done(digits, carol, tmp_path)
    moderate(actor=mona, target=run, action="hide", reason=Reason.CHEATING)
    assert board(digits) == []
    last = Event.objects.filter(topic=f"project:{digits.pk}", kind="board").latest("seq")
    assert last.payload == {"rows": []}
    moderate(actor=mona, target=run, action="restore", reason=Reason.MISTAKE)
    assert [row.run_id for row in board(digits)] == [run.pk]


def test_one_query_however_many_models(
    digits: Project,
    carol: User,
    tmp_path: Path,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for score in (0.5, 0.6, 0.7):
        done(digits, carol, tmp_path, score)
    with django_assert_num_queries(1):
        assert len(board(digits)) == 3


def test_an_event_of_a_full_board_fits(digits: Project, carol: User, tmp_path: Path) -> None:
    for at in range(12):
        done(digits, carol, tmp_path, score=at / 100)
    last = Event.objects.filter(topic=f"project:{digits.pk}", kind="board").latest("seq")
    assert next(row["score"] for row in last.payload["rows"]) == 0.11
    assert len(last.payload["rows"]) == 10


@pytest.fixture(autouse=True)
def no_files_left(digits: Project) -> None:
    """Each model's files lie under a generated name."""
    for model in TrainedModel.objects.all():
        assert default_storage.exists(f"{model.folder}/model.json")


def test_a_score_that_is_no_number_is_refused_by_the_database(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    from django.db import IntegrityError, transaction

    run = done(digits, carol, tmp_path)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(score=float("inf"))
