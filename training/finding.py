"""What the search finds of models: by their project's name, their architecture and run."""

from collections.abc import Iterator

from django.db.models import QuerySet

from projects import finding
from projects.models import Project
from search import services as index
from search.sources import Entry, add_source
from training.models import Run, TrainedModel

MODEL = "model"


def note_model(run: Run) -> None:
    """Tell the search whether the run's model can be found, in the transaction of the change."""
    model = TrainedModel.objects.filter(run=run).select_related("run", "project").first()
    if model is None:
        return
    if model.hidden or run.hidden:
        index.forget(MODEL, model.pk)
    else:
        model.run = run
        index.put(entry_of(model))


def entry_of(model: TrainedModel) -> Entry:
    """What the index says about a model; the better it is, the earlier it comes."""
    project, run = model.project, model.run
    return Entry(
        MODEL,
        model.pk,
        project.name,
        f"{run.architecture_label} {run.number}",
        public=finding.is_open(project),
        circle=project.pk,
        shown=not project.hidden,
        weight=run.skill or 0.0,
    )


def models_of(project: Project) -> Iterator[Entry]:
    """What can be found of a project's models."""
    return map(entry_of, _shown().filter(project=project))


def entries() -> Iterator[Entry]:
    """Every model that can be found."""
    return map(entry_of, _shown().order_by("pk").iterator())


def _shown() -> QuerySet[TrainedModel]:
    found = TrainedModel.objects.filter(hidden=False, run__hidden=False)
    return found.select_related("run", "project")


def install() -> None:
    """Register the source, and follow what happens to projects; called once the apps are ready."""
    add_source(MODEL, entries)
    finding.add_follower(models_of)
