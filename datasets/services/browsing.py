"""What the data page asks for and does not do itself: better sums, and indexes that it missed."""

from collections.abc import Iterable

from django.core.cache import cache
from django.db import connection, transaction

from common.limits import INDEXES_PER_PROJECT
from datasets.column_indexes import (
    LARGEST_ON_SQLITE,
    drop_index,
    indexes_of,
    make_index,
    name_of,
)
from datasets.models import Field
from datasets.queries import typed_fields
from datasets.queries.column_summaries import MANY, keep, summed
from datasets.queries.data_page import DataPage, state_of
from jobs.kinds import Kind, register
from jobs.models import Job
from jobs.services import enqueue, finish
from projects.models import Project

SUMS, INDEX = "column_sums", "column_index"
#: How often at most a project's sums are made anew.
SUMS_EVERY = 600
#: How often at most an index is asked for; asking says that it is in use.
INDEX_EVERY = 3_600
UNUSED_SECONDS = 14 * 24 * 3_600


def install() -> None:
    """Tell the queue of jobs what this module does; called once the apps are ready."""
    register(Kind(SUMS, "light", "datasets.services.browsing.sum_up"))
    register(Kind(INDEX, "light", "datasets.services.browsing.index"))


def wish_for(page: DataPage) -> None:
    """Ask for what would have made this page better, at most every few minutes; cheap if asked."""
    project = page.view.project
    if page.stale and _first(f"sums-wished:{project.pk}", SUMS_EVERY):
        revision = page.state.revision
        enqueue(
            SUMS,
            f"sums:{project.pk}:{project.schema_version}:{revision}",
            payload={"project": project.pk},
        )
    for field in page.wanted:
        if _first(f"index-wished:{name_of(field)}", INDEX_EVERY):
            _wish_for_index(field)


def _first(key: str, seconds: int) -> bool:
    """Whether nobody asked within so many seconds; asking in vain only reads."""
    return cache.get(key) is None and bool(cache.add(key, 1, seconds))


def _wish_for_index(field: Field) -> None:
    cache.set(_used(name_of(field)), 1, UNUSED_SECONDS)
    if (
        connection.vendor == "sqlite"
        and state_of(field.project_id).next_arrival > LARGEST_ON_SQLITE
    ):
        return
    there = indexes_of(field.project)
    if name_of(field) in there or len(_in_use(there)) >= INDEXES_PER_PROJECT:
        return
    number = Job.objects.filter(kind=INDEX, payload__field=field.pk).count()
    enqueue(INDEX, f"index:{field.pk}:{number}", payload={"field": field.pk})


def sum_up(job: Job) -> None:
    """The handler of ``column_sums``: sum up every column, from more rows than a page reads."""
    project = Project.objects.filter(pk=job.payload["project"]).first()
    if project is not None:
        make_sums(project)
    _done(job)


def make_sums(project: Project) -> None:
    """Sum up every column of a project and keep it for the pages."""
    state = state_of(project.pk)
    keep(
        project,
        summed(
            project,
            typed_fields(project),
            arrivals=state.next_arrival,
            revision=state.revision,
            most=MANY,
        ),
    )


def index(job: Job) -> None:
    """The handler of ``column_index``: make it, and drop those that nobody used for two weeks."""
    field = Field.objects.select_related("project").filter(pk=job.payload["field"]).first()
    if field is not None and not field.retired:
        there = indexes_of(field.project)
        used = _in_use(there)
        for name in there - used:
            drop_index(name)
        if len(used - {name_of(field)}) < INDEXES_PER_PROJECT:
            make_index(field)
    _done(job)


def _in_use(names: Iterable[str]) -> set[str]:
    """Those of the indexes that a page asked for within two weeks."""
    asked = {_used(name): name for name in names}
    return {asked[key] for key in cache.get_many(list(asked))}


def _used(name: str) -> str:
    return f"index-used:{name}"


def _done(job: Job) -> None:
    assert job.token is not None
    with transaction.atomic():
        finish(job.pk, job.token)
