"""Who sees runs and models: as their project, and hidden ones only those who answer for them."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.moderation import Reason, moderate
from common.errors import Forbidden
from live import topics
from live.queries import snapshot_of
from projects.models import Project
from tests.cast import client_of
from tests.training.finished import done
from training.models import Run, TrainedModel


@pytest.fixture
def run(digits: Project, carol: User, tmp_path: Path) -> Run:
    return done(digits, carol, tmp_path)


def paths(run: Run) -> list[str]:
    model = f"/models/{run.trained.pk}/"
    return [f"/runs/{run.pk}/", model, f"{model}train.py", f"{model}files/model.json"]


def test_in_a_private_project_only_members_see_them(run: Run, dave: User, bob: User) -> None:
    Project.objects.update(visibility="private")
    for path in paths(run):
        assert client_of(None).get(path).status_code == 404
        assert client_of(dave).get(path).status_code == 404
        assert client_of(bob).get(path).status_code == 200
    assert client_of(dave).post(f"/models/{run.trained.pk}/predict/").status_code == 404
    assert not topics.may_listen(dave, f"run:{run.pk}")
    assert topics.may_listen(bob, f"run:{run.pk}")


def test_a_hidden_run_is_seen_by_its_owner_and_maintainers(
    run: Run, carol: User, dave: User, bob: User, mona: User
) -> None:
    moderate(actor=mona, target=run, action="hide", reason=Reason.CHEATING)
    for path in paths(run):
        assert client_of(dave).get(path).status_code == 404
        assert client_of(None).get(path).status_code == 404
        assert client_of(carol).get(path).status_code == 200
        assert client_of(bob).get(path).status_code == 200
    page = client_of(dave).get(f"/p/{run.project.slug}/train/").content.decode()
    assert f"/runs/{run.pk}/" not in page


def test_a_hidden_model_is_missing_for_others(run: Run, dave: User, bob: User) -> None:
    TrainedModel.objects.update(hidden=True)
    assert client_of(dave).get(f"/models/{run.trained.pk}/").status_code == 404
    assert client_of(bob).get(f"/models/{run.trained.pk}/").status_code == 200


def test_a_maintainer_may_hide_a_run_and_a_member_may_not(run: Run, bob: User, carol: User) -> None:
    with pytest.raises(Forbidden):
        moderate(actor=carol, target=run, action="hide", reason=Reason.CHEATING)
    moderate(actor=bob, target=run, action="hide", reason=Reason.CHEATING)
    run.refresh_from_db()
    assert run.hidden


@pytest.mark.parametrize("number", [0, 999_999, 10**17])
def test_a_missing_run_looks_like_a_forbidden_one(number: int, dave: User) -> None:
    assert client_of(dave).get(f"/runs/{number}/").status_code == 404
    assert client_of(dave).get(f"/models/{number}/").status_code == 404
    assert not topics.may_listen(dave, f"run:{number}")
    assert not topics.may_listen(AnonymousUser(), f"run:{number}")


def test_the_snapshot_of_a_topic_holds_the_whole_run(run: Run) -> None:
    _seq, state = snapshot_of(f"run:{run.pk}")
    assert (state["state"], state["epoch"], state["of"]) == ("done", 4, 4)
    assert state["points"] == []
    _seq, project = snapshot_of(f"project:{run.project_id}")
    assert [row["run_id"] for row in project["board"]] == [run.pk]
