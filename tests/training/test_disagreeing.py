"""What the best model finds most wrong is flagged; what it says of a row is said beside it."""

from pathlib import Path

import pytest

from accounts.models import User
from datasets import services as data
from datasets.models import Contribution, Flag, RowChange
from datasets.queries import Purpose, rows
from datasets.reviewing.opinions import opinions_on
from datasets.services import flagging
from projects.models import Project
from tests.training.conftest import Trained
from tests.training.finished import done
from training import disagreeing
from training.predictor import predictor


def test_strong_disagreement_of_the_best_model(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    assert disagreeing.disagreements(digits) == {}, "there is no model"
    run = done(digits, carol, tmp_path)
    disagreeing.flag(run)
    flags = list(Flag.objects.filter(project=digits, kind=Flag.Kind.MODEL).order_by("-strength"))
    ids = list(rows(digits, Purpose.SNAPSHOT).values_list("pk", flat=True))
    # Losses are a quarter of the place, targets count to ten, and the model says 0 or 1.
    wanted = {ids[at] for at in range(12, 60) if at % 2 != at % 10}
    assert {flag.row for flag in flags} == wanted
    assert flags[0].row == ids[59]
    assert flags[0].detail == {"said": "1", "given": "9"}


def test_a_worse_model_flags_nothing(digits: Project, carol: User, tmp_path: Path) -> None:
    done(digits, carol, tmp_path, 0.9)
    disagreeing.flag(done(digits, carol, tmp_path, 0.4))
    assert not Flag.objects.filter(project=digits, kind=Flag.Kind.MODEL).exists()


def test_what_changed_since_is_left_out(digits: Project, carol: User, tmp_path: Path) -> None:
    done(digits, carol, tmp_path)
    ids = list(rows(digits, Purpose.SNAPSHOT).values_list("pk", flat=True))
    RowChange.objects.create(
        project=digits, row=ids[59], kind=RowChange.Kind.EDITED, schema_version=1
    )
    assert ids[59] not in disagreeing.disagreements(digits)
    data.withdraw(Contribution.objects.filter(project=digits).latest("pk"), carol)
    assert set(disagreeing.disagreements(digits)) <= set(ids[:30])


def test_the_nightly_look_asks_the_model(digits: Project, carol: User, tmp_path: Path) -> None:
    done(digits, carol, tmp_path)
    flagging.flag_project(digits)
    assert Flag.objects.filter(project=digits, kind=Flag.Kind.MODEL).exists()


def test_opinions(
    digits: Project, carol: User, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = list(rows(digits, Purpose.SNAPSHOT).values_list("pk", flat=True))
    assert opinions_on(digits, ids[:2]) == {}, "there is no model"
    monkeypatch.setattr(disagreeing, "PATIENCE_SECONDS", 60.0)
    run = trained(digits, carol)
    try:
        found = opinions_on(digits, ids[:2])
    finally:
        predictor.close()
    assert set(found) == set(ids[:2])
    assert all(one.words in "0123456789" for one in found.values())
    assert found[ids[0]].url == f"/models/{run.trained.pk}/"
