"""What open windows are told about runs and models."""

from typing import Any

from common.languages import in_each_language
from live.publish import Publication, publish_all
from projects.live import topic_of as project_topic
from projects.models import Project
from training.models import Run
from training.queries import board


def topic_of(run_id: int) -> str:
    """The topic of one run."""
    return f"run:{run_id}"


def state_events(run: Run) -> list[Publication]:
    """The run went to another state: for its own page and for the project's list of runs."""
    payload: dict[str, Any] = {
        "run": run.pk,
        "number": run.number,
        "state": run.state,
        "reason": run.reason,
        "epoch": run.epoch,
        "of": run.epochs,
        "champion": run.origin == Run.Origin.CHAMPION,
    }
    return [(topic_of(run.pk), "state", payload), (project_topic(run.project_id), "run", payload)]


def tell_state(run_id: int) -> None:
    """Publish the run's state as it is now. Last in the transaction of the change."""
    publish_all(state_events(Run.objects.get(pk=run_id)))


def board_event(project: Project) -> Publication:
    """The project's board, whole: the ten best models."""
    rows = [in_each_language(row.as_json) for row in board(project)]
    return (project_topic(project.pk), "board", {"rows": rows})


def tell_board(project: Project) -> None:
    """Publish the board as it is now. Last in the transaction of the change."""
    publish_all([board_event(project)])


def epoch_event(run_id: int, point: dict[str, Any]) -> Publication:
    """One finished epoch."""
    return (topic_of(run_id), "epoch", point)
