"""The best model's guess while somebody contributes."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.errors import Refused
from datasets.queries import fields_of
from projects.models import Project
from tests.projects_in_use import published, seed_fields, seed_records
from tests.training.conftest import Trained
from tests.training.finished import done
from training.models import Run
from training.predictor import Predictor, predictor
from training.views import guess as view


def path_of(project: Project) -> str:
    return f"/p/{project.slug}/guess/"


def drawn(project: Project, number: int = 0) -> dict[str, str]:
    """A form with a drawing, and a target that must not be read."""
    drawing, label = fields_of(project)
    levels = str(seed_records("digits", number + 1)[number]["drawing"])
    return {drawing.column: levels, label.column: "no label of this project"}


@pytest.fixture
def model(digits: Project, carol: User, trained: Trained) -> Iterator[Run]:
    """A model that was really trained; the child ends with the test."""
    yield trained(digits, carol)
    predictor.close()


def test_it_guesses_from_the_features_alone(model: Run, erin_client: Client) -> None:
    """One model for all of it: training one takes seconds."""
    project = model.project
    ready = erin_client.get(path_of(project)).content.decode()
    assert 'data-guess-state="ready"' in ready
    text = answered(erin_client, project)
    assert 'data-guess-state="said"' in text
    label = re.search(r'data-guess-label="(\d)" data-guess-value="(\d)"', text)
    assert label
    assert label[1] == label[2]
    assert f"The model says: {label[1]} (" in text
    assert text.count("<progress") == 5
    assert f"/models/{model.trained.pk}/" in text
    without = {name: value for name, value in drawn(project).items() if "no label" not in value}
    assert erin_client.post(path_of(project), without).content.decode() == text
    says_nothing_to_what_is_incomplete(erin_client, project)


def answered(client: Client, project: Project) -> str:
    """The guess, once the child has loaded."""
    end = time.monotonic() + 60
    while True:
        answer = client.post(path_of(project), drawn(project))
        assert answer.status_code == 200
        text = answer.content.decode()
        if 'data-guess-state="late"' not in text:
            return text
        assert "is being loaded" in text
        assert time.monotonic() < end


def says_nothing_to_what_is_incomplete(client: Client, project: Project) -> None:
    column = fields_of(project)[0].column
    for text in ("", "[[1, 2]]", "<script>", "[" * 5000, "[[" + "99," * 64 + "]]"):
        answer = client.post(path_of(project), {column: text})
        assert answer.status_code == 200
        assert 'data-guess-state="ready"' in answer.content.decode()


@pytest.mark.django_db
def test_before_any_model_it_says_what_is_missing(
    alice: User, digits: Project, erin_client: Client
) -> None:
    empty = published(alice, "Empty", seed_fields("digits"))
    for answer in (erin_client.get(path_of(empty)), erin_client.post(path_of(empty))):
        assert "No model yet: 20 more datapoints" in answer.content.decode()
    assert "trains the first one" in erin_client.get(path_of(digits)).content.decode()


def test_a_model_that_is_still_loading_is_not_waited_for() -> None:
    fresh = Predictor()
    began = time.monotonic()
    try:
        with pytest.raises(Refused) as refused:
            # PyTorch takes longer to load on any machine.
            fresh.ask(Path("nowhere"), {}, [{}], seconds=0.05)
    finally:
        waited = time.monotonic() - began
        fresh.close()
    assert refused.value.status == 503
    assert waited < view.PATIENCE_SECONDS


@pytest.mark.django_db
def test_with_a_living_champion_the_first_model_trains_itself(
    alice: User, digits: Project, erin_client: Client, settings: Any
) -> None:
    settings.CHAMPIONS = True
    empty = published(alice, "Empty", seed_fields("digits"))
    said = erin_client.get(path_of(empty)).content.decode()
    assert "20 more datapoints, and the first one trains itself" in said
    assert "trains itself just now" in erin_client.get(path_of(digits)).content.decode()


@pytest.mark.django_db
def test_guesses_are_limited_by_person_or_address(
    digits: Project,
    carol: User,
    tmp_path: Path,
    erin_client: Client,
    dave_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done(digits, carol, tmp_path)
    monkeypatch.setattr(view, "GUESSES_PER_MINUTE", 2)
    codes = [erin_client.post(path_of(digits)).status_code for _n in range(3)]
    assert codes == [200, 200, 429]
    assert dave_client.post(path_of(digits)).status_code == 200
    # Looking whether there is a model costs nothing.
    assert erin_client.get(path_of(digits)).status_code == 200


@pytest.mark.django_db
def test_the_switch_is_kept_and_leaves_the_rest(dave: User, dave_client: Client) -> None:
    User.objects.filter(pk=dave.pk).update(about="likes sevens", shortcuts=False)
    for sent, kept in (("0", False), ("1", True), ("nonsense", False)):
        assert dave_client.post("/guesses/", {"on": sent}).status_code == 204
        dave.refresh_from_db()
        assert (dave.guesses, dave.about, dave.shortcuts) == (kept, "likes sevens", False)
    assert dave_client.get("/guesses/").status_code == 405


@pytest.mark.django_db
def test_the_page_knows_the_switch(digits: Project, dave: User, dave_client: Client) -> None:
    path = f"/p/{digits.slug}/contribute/"
    panel = re.compile(r'data-guess="[^"]*"[^>]*>')
    on = panel.search(dave_client.get(path).content.decode())
    assert on
    assert "data-on" in on[0]
    dave_client.post("/guesses/", {"on": "0"})
    off = panel.search(dave_client.get(path).content.decode())
    assert off
    assert "data-on" not in off[0]
