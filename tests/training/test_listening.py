"""What a training process says is data: anything else than a run's own events is refused."""

import base64
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from jobs.errors import Retry
from projects.models import Project
from tests.training.finished import begun
from training.child import BadOutput, Child
from training.listening import Listener
from training.models import EpochPoint

EPOCH = {
    "event": "epoch",
    "epoch": 1,
    "of": 4,
    "train_loss": 1.5,
    "validation_loss": 2.0,
    "metrics": {"accuracy": 0.5},
    "best": True,
}
NOT_A_NUMBER = float("nan")


@pytest.fixture
def listener(digits: Project, carol: User) -> Listener:
    run, job = begun(digits, carol)
    return Listener(job, run)


def test_epochs_are_written(listener: Listener) -> None:
    listener.hear(EPOCH)
    listener.hear({**EPOCH, "epoch": 2, "best": False})
    listener.flush()
    listener.flush()
    assert list(EpochPoint.objects.values_list("epoch", "metric")) == [(1, 0.5), (2, 0.5)]
    listener.run.refresh_from_db()
    assert (listener.run.epoch, listener.run.best_epoch) == (2, 1)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"event": "hello"},
        {"event": ["epoch"]},
        {**EPOCH, "epoch": 2},
        {**EPOCH, "epoch": True},
        {**EPOCH, "epoch": "1"},
        {**EPOCH, "train_loss": NOT_A_NUMBER},
        {**EPOCH, "validation_loss": float("inf")},
        {**EPOCH, "validation_loss": None},
        {**EPOCH, "metrics": None},
        {**EPOCH, "metrics": {"accuracy": "high"}},
        {**EPOCH, "of": 2**80},
        {"event": "prepared", "rows": {"train": 1}},
        {"event": "prepared", "rows": {"train": -1, "validation": 1, "test": 1}},
    ],
)
def test_anything_else_is_refused(listener: Listener, event: dict[str, Any]) -> None:
    with pytest.raises(BadOutput):
        listener.hear(event)
    assert not EpochPoint.objects.exists()


@pytest.mark.parametrize(
    "line", [b"no json", b"[1]", b"12", b'{"event":', b"[" * 5000, b"\xff\xfe", b'{"a": 1}{'
])  # fmt: skip
def test_a_line_that_is_no_object_is_refused(line: bytes, saying: Any) -> None:
    with saying(line + b"\n") as child, pytest.raises(BadOutput):
        hear_all(child)


def test_a_line_without_end_is_refused(saying: Any) -> None:
    with saying(b"x" * 600_000) as child, pytest.raises(BadOutput, match="a line of more than"):
        hear_all(child)


def test_good_lines_come_through_whatever_their_pieces(saying: Any) -> None:
    with saying(b'{"a": 1}\n\n{"b": "\xc3\xa4"}\n' + b'{"c": 3}\n' * 20_000) as child:
        found = hear_all(child)
    assert found[:2] == [{"a": 1}, {"b": "ä"}]
    assert len(found) == 20_002


def hear_all(child: Child) -> list[dict[str, Any]]:
    """Everything that the child says until its end."""
    found = []
    while True:
        event = child.event(1)
        if event is not None:
            found.append(event)
        elif child.ended:
            return found


def test_silence_and_a_good_end_is_no_result(listener: Listener, saying: Any) -> None:
    from common.errors import Refused

    with saying(b"") as child, pytest.raises(Refused, match="The training process broke"):
        listener.outcome(child)


def test_killed_means_again(listener: Listener, tmp_path: Path) -> None:
    # It waits for stdin, so it is there to be killed.
    with Child("base64", "-d", "-", folder=tmp_path) as child:
        child.kill()
        with pytest.raises(Retry, match="was killed"):
            listener.outcome(child)


@pytest.fixture
def saying(tmp_path: Any) -> Any:
    """A child that writes the given bytes to stdout and ends."""

    def say(text: bytes) -> Child:
        (tmp_path / "said").write_bytes(base64.encodebytes(text))
        return Child("base64", "-d", str(tmp_path / "said"), folder=tmp_path)

    return say
