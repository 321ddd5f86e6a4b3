"""What stops a run from starting: a sentence each, and nothing is written."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.errors import Forbidden, Missing, Refused
from common.limits import RUNS_PER_DAY, RUNS_WAITING_PER_PERSON
from datasets.drafts import FieldDraft
from jobs.models import Job
from projects.models import Project
from tests.projects_in_use import add_records, published
from training.models import Run
from training.services import SettingsRefused, start_run


def refusal(project: Project, user: User, **settings: Any) -> SettingsRefused:
    with pytest.raises(SettingsRefused) as refused:
        start_run(project=project, user=user, architecture="dense", settings=settings)
    assert not Run.objects.exists()
    assert not Job.objects.exists()
    return refused.value


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("epochs", 100_000, "outside 1 … 200 (you wrote 100000)"),
        ("epochs", 1.5, "not a whole number"),
        ("learning_rate", float("nan"), "not a finite number"),
        ("learning_rate", 0, "outside"),
        ("batch_size", 4_000, "a batch cannot hold more than the 60 rows"),
        ("test_ratio", 0.9, "outside 0.05 … 0.5"),
        ("loss", "MSE", "use CrossEntropy or NLL"),
        ("loss", "Hinge", "none of"),
        ("dropout", "much", "not a number"),
        ("seed", -1, "outside"),
        ("layers", [{"units": 0, "activation": "relu"}], "layer 1: units"),
        ("layers", [{"units": 8, "activation": "swish"}], "layer 1: activation"),
        ("layers", [{"units": 2048, "activation": "relu"}] * 5, "at most 5,000,000"),
        ("layers", [{"units": 8, "activation": "relu"}] * 9, "0 to 8 are allowed"),
        ("layers", "8", "not a list"),
    ],
)
def test_a_setting_that_does_not_fit(
    key: str, value: object, words: str, digits: Project, carol: User
) -> None:
    refused = refusal(digits, carol, **{key: value})
    assert refused.field == key
    assert words in refused.message


def test_every_fault_is_named(digits: Project, carol: User) -> None:
    refused = refusal(digits, carol, epochs=0, dropout=2, wings=3)
    assert {key for key, _sentence in refused.faults} == {"epochs", "dropout", "wings"}


def test_an_lstm_without_steps(birds: Project, carol: User) -> None:
    with pytest.raises(SettingsRefused, match="use dense"):
        start_run(project=birds, user=carol, architecture="lstm", settings={})


def test_an_unknown_architecture(digits: Project, carol: User) -> None:
    with pytest.raises(SettingsRefused, match="known: dense, lstm"):
        start_run(project=digits, user=carol, architecture="<b>", settings={})


def two_fields(**changes: Any) -> list[FieldDraft]:
    kinds = {"categories": ["wet", "dry"]}
    return [
        FieldDraft(name="weight", kind="number", role="feature", options={}),
        FieldDraft(name="state", kind="category", role="target", options=kinds),
    ]


def test_three_rows(alice: User) -> None:
    project = published(alice, "Tomatoes", two_fields())
    add_records(project, alice, [{"weight": n, "state": "wet"} for n in range(3)])
    with pytest.raises(Refused, match="20 datapoints are enough to start; there are 3"):
        start_run(project=project, user=alice, architecture="dense", settings={})


def test_one_class(alice: User) -> None:
    project = published(alice, "Tomatoes", two_fields())
    add_records(project, alice, [{"weight": n, "state": "wet"} for n in range(30)])
    with pytest.raises(Refused, match="All datapoints have the same state"):
        start_run(project=project, user=alice, architecture="dense", settings={})


def test_too_many_waiting(digits: Project, carol: User) -> None:
    for _run in range(RUNS_WAITING_PER_PERSON):
        start_run(project=digits, user=carol, architecture="dense", settings={})
    with pytest.raises(Refused, match="still waiting or training") as refused:
        start_run(project=digits, user=carol, architecture="dense", settings={})
    assert refused.value.status == 429


def test_too_many_today_but_failures_cost_nothing(digits: Project, carol: User) -> None:
    free = (Run.State.FAILED, Run.State.CANCELLED)
    states = [*[Run.State.DONE] * (RUNS_PER_DAY - 1), *free * 5]
    for number, state in enumerate(states, start=1):
        Run.objects.create(
            project=digits,
            user=carol,
            number=number,
            state=state,
            architecture="dense",
            settings={},
        )
    start_run(project=digits, user=carol, architecture="dense", settings={})
    Run.objects.filter(state=Run.State.QUEUED).update(state=Run.State.DONE)
    with pytest.raises(Refused, match="20 runs within a day"):
        start_run(project=digits, user=carol, architecture="dense", settings={})


def test_a_stranger_of_a_private_project(digits: Project, dave: User) -> None:
    Project.objects.filter(pk=digits.pk).update(visibility="private")
    digits.refresh_from_db()
    with pytest.raises(Missing):
        start_run(project=digits, user=dave, architecture="dense", settings={})


def test_the_owner_of_a_hidden_project(digits: Project, alice: User) -> None:
    Project.objects.filter(pk=digits.pk).update(hidden=True)
    digits.refresh_from_db()
    with pytest.raises(Forbidden):
        start_run(project=digits, user=alice, architecture="dense", settings={})


def test_the_page_shows_the_reason_at_its_setting(digits: Project, carol_client: Client) -> None:
    sent = {"architecture": "dense", "layer_units": "8", "layer_activation": "relu"}
    answer = carol_client.post(f"/p/{digits.slug}/train/", {**sent, "epochs": "9999"})
    assert answer.status_code == 422
    assert "Epochs: outside 1 … 200 (you wrote 9999)." in answer.content.decode()
    assert not Run.objects.exists()


def test_words_in_the_layers_are_refused(digits: Project, carol_client: Client) -> None:
    sent = {"architecture": "dense", "layer_units": "many", "layer_activation": "relu"}
    answer = carol_client.post(f"/p/{digits.slug}/train/", sent)
    assert answer.status_code == 422
    assert "layer 1: units is a whole number from 1 to 2048" in answer.content.decode()


def test_a_person_who_is_not_signed_in_is_asked_to(digits: Project, erin_client: Client) -> None:
    answer = erin_client.post(f"/p/{digits.slug}/train/", {"architecture": "dense"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/p/")
