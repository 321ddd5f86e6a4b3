"""The topic ``run:<id>``: one run's state and curve, live; and the board in a project's topic."""

from typing import Any

from common.errors import Refused
from common.languages import in_each_language
from live.topics import Topic
from projects.access import Person
from projects.models import Project
from training.access import run_for
from training.models import Run
from training.queries import board, points_of, reading_of, status_of


def may_listen(user: Person, run_id: int) -> bool:
    """Whether the person may see that run; one that does not exist looks the same."""
    try:
        run_for(user, run_id)
    except Refused:
        return False
    return True


def snapshot(run_id: int) -> dict[str, Any]:
    """The whole run: state, place in the queue, curve as [epoch, train, validation]."""
    run = Run.objects.select_related("project").get(pk=run_id)
    status = status_of(run)
    points = points_of(run_id)
    place = status.place
    return {
        "state": status.state,
        "reason": run.reason,
        "epoch": run.epoch,
        "of": run.epochs,
        "position": None if place is None else {"position": place.position, "of": place.of},
        "reading": reading_of(points),
        "points": [[p.epoch, p.train_loss, p.validation_loss] for p in points],
    }


def board_part(project: Project) -> list[dict[str, Any]]:
    """The board as the snapshot of ``project:<id>`` carries it."""
    return [in_each_language(row.as_json) for row in board(project)]


RUN = Topic("run", may_listen=may_listen, snapshot=snapshot)
