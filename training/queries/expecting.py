"""How long runs of a project take, by those that are over; and what was told to whom."""

import os
from collections.abc import Mapping
from typing import Any

from projects.models import Project
from training.engine.architectures import Architecture, architecture_named
from training.engine.schema import TableSchema
from training.estimates import Past, Span, expected, load_of, past_load, span_from
from training.models import Run
from training.queries.runs import job_of

#: How many finished runs tell: the last ones know how busy the machine is now.
REMEMBERED = 6
#: With fewer of its own a project also hears the rest of the site.
ENOUGH = 3


def past_runs(project: Project, architecture: Architecture) -> list[Past]:
    """The last finished runs with that architecture: the project's, else the whole site's."""
    done = Run.objects.filter(
        architecture=architecture.key,
        state=Run.State.DONE,
        stopped_early=False,
        started__isnull=False,
        finished__isnull=False,
        snapshot__isnull=False,
        parameters__isnull=False,
    )
    done = done.select_related("snapshot").order_by("-finished")
    if architecture.layout == "flat":
        done = done.defer("snapshot__table_schema")
    own = list(done.filter(project=project)[:REMEMBERED])
    found = own if len(own) >= ENOUGH else list(done[:REMEMBERED])
    return [past for run in found for past in _past(run)]


def _past(run: Run) -> list[Past]:
    if run.snapshot is None or run.started is None or run.finished is None or not run.epoch:
        return []
    stepwise = architecture_named(run.architecture).layout == "steps"
    schema = run.snapshot.table_schema if stepwise else {}
    rows, parameters = run.snapshot.rows, run.parameters or 0
    load = past_load(run.architecture, schema, rows, parameters, run.settings)
    seconds = (run.finished - run.started).total_seconds()
    return [Past(load, run.epoch, seconds)] if load is not None and seconds > 0 else []


def expected_span(
    project: Project,
    architecture: Architecture,
    schema: TableSchema,
    rows: int,
    settings: Mapping[str, Any],
    past: list[Past] | None = None,
) -> Span:
    """Between how many seconds a run with these settings takes once it starts.

    ``past`` is what ``past_runs`` gave, when several are asked about at once.
    """
    known = past_runs(project, architecture) if past is None else past
    return expected(load_of(architecture, schema, rows, settings), known, busy())


def busy() -> float:
    """How many processes want each processor of this machine, over the last minute."""
    try:
        waiting = os.getloadavg()[0]
    except OSError:
        return 1.0
    return waiting / (os.cpu_count() or 1)


def told_span(run: Run) -> Span | None:
    """What was told when the run was started; None when nothing was."""
    job = job_of(run.pk)
    return span_from(job.payload.get("expected")) if job is not None else None
