"""The doors to runs and models: through the project's door, and no hidden ones."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.errors import Forbidden, Missing
from projects.access import Person, Right, guarded
from training.models import Run, TrainedModel


def run_for(user: Person, pk: int, *, at_least: Right = Right.READ) -> Run:
    """The run with that number, for somebody who may do at least that with its project.

    A hidden run is seen by the project's maintainers and by whoever started it, to answer for it.

    Raises:
        Missing: there is none, or the person may not know that there is.
        Forbidden: the person may see it, but has not that right.
    """
    run = _runs().filter(pk=pk).first()
    if run is None:
        raise Missing
    project = guarded(user, run.project, at_least=Right.READ)
    maintains = project.may is not None and project.may >= Right.MAINTAIN
    if run.hidden and not maintains and not is_by(user, run):
        raise Missing
    guarded(user, project, at_least=at_least)
    return run


def model_for(user: Person, pk: int) -> TrainedModel:
    """The model with that number, for somebody who may see its run.

    Raises:
        Missing: there is none, or the person may not know that there is.
    """
    found = TrainedModel.objects.select_related("run__snapshot").filter(pk=pk).first()
    if found is None:
        raise Missing
    found.run = run_for(user, found.run_id)
    found.project = found.run.project
    if found.hidden and not may_steer(user, found.run):
        raise Missing
    return found


def may_steer(user: Person, run: Run) -> bool:
    """Whether the person may stop or cancel the run: its owner, or a maintainer of the project.

    ``run`` came through ``run_for``, which noted the person's right.
    """
    right = run.project.may
    if right is None or not user.is_authenticated:
        return False
    return right >= Right.MAINTAIN or (is_by(user, run) and right >= Right.PARTICIPATE)


def is_by(user: Person, run: Run) -> bool:
    """Whether the person started the run: those of a living champion are nobody's."""
    return run.origin == Run.Origin.PERSON and run.user_id == user.pk


def steered(user: Person, pk: int) -> Run:
    """The run, for somebody who may stop or cancel it.

    Raises:
        Missing, Forbidden: as ``run_for``; Forbidden also for a run of somebody else.
    """
    run = run_for(user, pk)
    if not may_steer(user, run):
        raise Forbidden(_("Only whoever started this run, or a maintainer, may end it."))
    return run


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("project", "user", "snapshot", "trained")
