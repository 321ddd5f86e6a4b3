"""Asking a model from its page, by the real engine's long-lived child."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from common.errors import Refused
from projects.models import Project
from tests.training.conftest import Trained
from tests.training.finished import done
from training.files import local_folder
from training.models import Run
from training.predictor import WAITING, Predictor, predictor
from training.views import models

DRAWING = str([[0, 0, 0, 16, 16, 0, 0, 0]] * 8)


@pytest.fixture
def model(digits: Project, carol: User, trained: Trained) -> Iterator[Run]:
    """A model that was really trained; the child ends with the test."""
    yield trained(digits, carol)
    predictor.close()


def field_of(run: Run) -> str:
    return run.project.fields.get(kind="grid").column


def test_it_answers_recovers_and_refuses(model: Run, erin_client: Client) -> None:
    """One model for all of it: training one takes seconds."""
    path = f"/models/{model.trained.pk}/predict/"
    # Another test in this process may have imported it.
    before = set(sys.modules)
    wait_until_ready(model)
    whole_page = erin_client.post(path, {field_of(model): DRAWING})
    assert whole_page.status_code == 200
    assert whole_page.content.count(b"<progress") >= 10
    part = erin_client.post(path, {field_of(model): DRAWING}, headers={"HX-Request": "true"})
    assert part.content.lstrip().startswith(b'<div id="answer"')
    assert b"<html" not in part.content
    # PyTorch stays in the child.
    assert "torch" not in set(sys.modules) - before
    refuses(erin_client, path, field_of(model))
    recovers(model)
    many_at_once(model)


def refuses(client: Client, path: str, field: str) -> None:
    """Bad values get a sentence, never a 500."""
    for bad, words in (
        ("", "drawing needs a value."),
        ("[[1, 2]]", "must have 8 rows of 8 cells"),
        (DRAWING.replace("16", "99"), "whole numbers from 0 to 16"),
        ("<script>", "must be a drawing"),
    ):
        answer = client.post(path, {field: bad})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert client.get(path).status_code == 405


def recovers(model: Run) -> None:
    """A child that was killed is replaced."""
    first = predictor.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_until_ready(model)
    assert predictor.pid not in (None, first)


def many_at_once(model: Run) -> None:
    """Eight threads of the web process ask one child."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(model), range(16)))
    assert len({str(answer) for answer in answers}) == 1
    assert sum(answers[0][0]["probabilities"].values()) == pytest.approx(1)


def ask(model: Run) -> list[dict[str, dict[str, float]]]:
    folder = local_folder(model.trained.folder, model.trained.files)
    return predictor.ask(folder, model.trained.files, [{"drawing": DRAWING}])


def wait_until_ready(model: Run) -> None:
    """Loading PyTorch may take longer than one question waits, on a busy machine."""
    end = time.monotonic() + 60
    while True:
        try:
            ask(model)
            return
        except Refused:
            if time.monotonic() > end:
                raise


def test_a_model_whose_files_were_changed_is_not_asked(
    digits: Project, carol: User, tmp_path: Path, erin_client: Client
) -> None:
    run = done(digits, carol, tmp_path)
    (local_folder(run.trained.folder, {}) / "model.json").write_text("{}")
    try:
        for _try in range(8):
            answer = erin_client.post(
                f"/models/{run.trained.pk}/predict/", {field_of(run): DRAWING}
            )
            if answer.status_code != 503:
                break
        assert answer.status_code == 422
        assert "is not the one that was trained" in answer.content.decode()
    finally:
        predictor.close()


@pytest.mark.long
def test_a_child_that_was_ready_long_ago_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody opened a model's page and thought for longer than a start may take."""
    monkeypatch.setattr("training.predictor.START_SECONDS", 0.0)
    asked = Predictor()
    asked.warm()
    try:
        while asked._child is None:
            time.sleep(0.01)
        assert asked._child._selector.select(60)
        # A folder without a model: that the child says so shows that it was asked.
        with pytest.raises(Refused) as refused:
            asked.ask(tmp_path, {"model.json": "0" * 64}, [{"x": "1"}])
        assert refused.value.status == 400
        assert "could not be asked" not in refused.value.message
    finally:
        asked.close()


@pytest.mark.long
def test_a_child_that_died_idle_is_replaced_before_the_next_question(tmp_path: Path) -> None:
    asked = Predictor(60)
    question = (tmp_path, {"model.json": "0" * 64}, [{"x": "1"}])
    try:
        with pytest.raises(Refused):
            asked.ask(*question)
        first = asked.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        with pytest.raises(Refused) as refused:
            asked.ask(*question)
        assert "could not be asked" not in refused.value.message
        assert asked.pid != first
    finally:
        asked.close()


def test_too_many_questions_are_slowed_down(
    digits: Project,
    carol: User,
    tmp_path: Path,
    carol_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(models, "PREDICTIONS_PER_MINUTE", 3)
    run = done(digits, carol, tmp_path)
    path = f"/models/{run.trained.pk}/predict/"
    codes = [carol_client.post(path).status_code for _ in range(4)]
    assert codes == [422, 422, 422, 429]


def test_a_full_queue_turns_people_away_at_once(tmp_path: Path) -> None:
    full = Predictor(seconds=60)
    full.warm = lambda: None  # type: ignore[method-assign]
    with ThreadPoolExecutor(WAITING) as pool:
        waiting = [pool.submit(full.ask, tmp_path, {}, [{}]) for _ in range(WAITING)]
        while full._questions.qsize() < WAITING:
            time.sleep(0.01)
        with pytest.raises(Refused, match="Many people ask") as refused:
            full.ask(tmp_path, {}, [{}])
        while not full._questions.empty():
            question = full._questions.get()
            assert question is not None
            question.close(predictions=[{}])
    assert refused.value.status == 503
    assert [one.result() for one in waiting] == [[{}]] * WAITING


@pytest.mark.long
def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings';"
        "django.setup();"
        "from training.predictor import predictor; import time; predictor.warm();"
        "\nwhile predictor.pid is None: time.sleep(0.01)\n"
        "print(predictor.pid, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "TEST_VAR": str(tmp_path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while alive(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(child)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
