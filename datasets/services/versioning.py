"""Versions of a project's schema: made, undone, given up, gone on with.

A change takes hold at once: from the transaction that makes the version on, forms, pages and
writers know the new fields, and whoever read the old ones before is refused with a sentence. The
rows that must follow do so in that transaction when they are few, else by a job.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.idempotency import once
from accounts.models import User
from common.errors import Refused
from common.limits import SCHEMA_CHANGES_PER_VERSION
from datasets.models import DataTable, SchemaVersion
from datasets.queries import Purpose, rows, table_schema, target_of
from datasets.queries.versions import UNSETTLED, check_settled, dependents
from datasets.schema import ensure_table
from datasets.schema_changes import Operation, Schema, read_operations
from datasets.services.backfilling import Backfill, is_undone
from datasets.services.class_counts import recount_classes
from datasets.services.schema_fields import applied, restore_fields, save_fields, with_ids
from datasets.tables import row_table
from jobs.errors import LostLease
from jobs.kinds import Kind, register
from jobs.lease import kept
from jobs.models import Job
from jobs.services import cancel, enqueue, finish, release, renew
from jobs.states import State as JobState
from live.publish import Publication, publish_all
from projects.live import topic_of
from projects.models import Project
from projects.services import write_activity

T = TypeVar("T")
KIND = "schema"
#: Of one turn of a job; what is left then waits in the queue behind others.
TURN_SECONDS = 300
#: A project of so many rows is changed in one transaction.
AT_ONCE = 1_000
#: How often a change is tried that waits for readers of the table, on PostgreSQL.
TRIES, PAUSE = 20, 0.1
NOTE_CHARACTERS = 200


def install() -> None:
    """Register the job; called once the apps are ready."""
    handler = "datasets.services.versioning.apply_in_background"
    failed = "datasets.services.versioning.note_failure"
    register(Kind(KIND, "light", handler, time_limit=2 * TURN_SECONDS, on_failed=failed))


def record_version(project: Project, author: User | None) -> SchemaVersion:
    """Record the schema as it is under the project's number of now; doing it twice does it once."""
    version, _made = SchemaVersion.objects.get_or_create(
        project=project,
        number=project.schema_version,
        defaults={
            "table_schema": table_schema(project),
            "author": author,
            "last_row": _highest(project),
        },
    )
    return version


def change_schema(
    *,
    project: Project,
    actor: User,
    operations: Sequence[Mapping[str, Any]],
    base: int,
    note: str = "",
    key: str = "",
) -> SchemaVersion:
    """Make the next version of the schema; its rows follow at once or by a job.

    ``operations`` are changes as ``datasets.schema_changes`` reads them, in their order; ``base``
    is the version that their author saw.

    Raises:
        Refused: a change does not fit, the schema is another one by now (409), one is being
            applied or rows are being imported just now (409). Nothing was changed then.
    """
    wanted = read_operations(operations)
    if not 1 <= len(wanted) <= SCHEMA_CHANGES_PER_VERSION:
        message = _("One version has 1 to %(limit)s changes; this has %(count)s.")
        raise Refused(message % {"limit": SCHEMA_CHANGES_PER_VERSION, "count": len(wanted)})
    body = {"project": project.pk, "base": base, "operations": [one.json() for one in wanted]}

    def act() -> dict[str, Any]:
        return {"version": _changed(project, actor, wanted, base, note).pk}

    answer = _patiently(lambda: dict(once(actor, key, body, act).answer))
    project.refresh_from_db(fields=["schema_version"])
    return SchemaVersion.objects.get(pk=answer["version"])


def undo_version(version: SchemaVersion, actor: User) -> SchemaVersion:
    """Set the schema and its rows back to what they were; doing it twice does it once.

    Raises:
        Refused: something depends on the version (409); the sentence says what.
    """
    return _patiently(lambda: _undone(version, actor))


def cancel_version(version: SchemaVersion, actor: User) -> SchemaVersion:
    """Give a version up whose rows nobody has touched yet.

    Raises:
        Refused: its rows are being changed already (409); it can be undone afterwards.
    """
    with transaction.atomic():
        project = _locked(version.project)
        version = SchemaVersion.objects.get(pk=version.pk)
        if version.state == SchemaVersion.State.UNDONE:
            return version
        job = job_of(version)
        began = is_undone(version, project) or version.last_row or version.done
        if job is None or began or not cancel(job.pk):
            message = _("Its rows are being changed already. Once that is done you can undo it.")
            raise Refused(message, status=409)
        return _go_back(version, project, actor, rows_too=False)


def go_on(version: SchemaVersion, actor: User) -> SchemaVersion:
    """Let a job go on with a version whose job failed; one that works is left alone."""
    with transaction.atomic():
        _locked(version.project)
        version = SchemaVersion.objects.get(pk=version.pk)
        job = job_of(version)
        ended = job is None or job.state not in (JobState.QUEUED, JobState.RUNNING)
        if version.state in UNSETTLED and ended:
            SchemaVersion.objects.filter(pk=version.pk).update(
                state=SchemaVersion.State.APPLYING, reason=""
            )
            # Not further: what came since was given under the new fields.
            top = _highest(version.project) if job is None else job.payload["top"]
            _enqueue(version, actor, int(top))
        return SchemaVersion.objects.get(pk=version.pk)


def job_of(version: SchemaVersion) -> Job | None:
    """The last job that was to change the rows of a version."""
    jobs = Job.objects.filter(kind=KIND, key__startswith=f"{KIND}:{version.pk}:")
    return jobs.order_by("-pk").first()


def apply_in_background(job: Job) -> None:
    """Change the rows of a version; killed anywhere, the next attempt goes on from there."""
    version = SchemaVersion.objects.select_related("project").get(pk=job.payload["version"])
    token = job.token
    assert token is not None
    if version.state != SchemaVersion.State.APPLYING:
        with transaction.atomic():
            finish(job.pk, token)
        return

    def hold() -> None:
        if not renew(job.pk, token).alive:
            raise LostLease(f"Job {job.pk} is not this worker's any more.")

    began = time.monotonic()
    with kept(job) as lease:
        backfill = Backfill(version, int(job.payload["top"]), hold)

        def end() -> None:
            _settle(version, backfill.project)
            finish(job.pk, token)

        def goes_on() -> bool:
            if lease.lost:
                raise LostLease(f"Job {job.pk} is not this worker's any more.")
            return time.monotonic() - began < TURN_SECONDS

        if not backfill.run(end, goes_on):
            release(job.pk, token)


def note_failure(job: Job) -> None:
    """Say on the version why its rows were not changed to the end."""
    SchemaVersion.objects.filter(
        pk=job.payload["version"], state=SchemaVersion.State.APPLYING
    ).update(state=SchemaVersion.State.FAILED, reason=job.reason[:200])


def _locked(project: Project) -> Project:
    """The project as it is now; no row comes or changes until the commit."""
    DataTable.objects.select_for_update().get(project_id=project.pk)
    return Project.objects.get(pk=project.pk)


def _patiently(act: Callable[[], T]) -> T:
    """Do it; where readers hold the table, let all others go on and try again soon."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if connection.vendor != "postgresql" or connection.in_atomic_block:
                raise
            if attempt == TRIES - 1:
                message = _("The table is being read without a pause. Try again in a minute.")
                raise Refused(message, status=503) from error
            time.sleep(PAUSE)
    raise AssertionError


def _changed(
    project: Project, actor: User, wanted: Sequence[Operation], base: int, note: str
) -> SchemaVersion:
    project = _locked(project)
    if project.schema_version != base:
        message = _(
            "The schema is version %(now)s by now, and this was made for version %(base)s. "
            "Look at it again."
        )
        raise Refused(message % {"now": project.schema_version, "base": base}, status=409)
    _check_free(project)
    record_version(project, None)
    schema = Schema.of(project)
    target = target_of(schema.used)
    changes = applied(schema, wanted)
    schema.check()
    before = {field.pk for field in project.fields.all()}
    ids = save_fields(schema)
    if ids:
        ensure_table(row_table(project), patience=PATIENCE)
    version = _next_version(project, actor, note, [with_ids(one, ids) for one in changes])
    after = target_of(schema.used)
    if after is not None and after != target and after.pk in before:
        recount_classes(project)
    return _follow(version, project, actor)


#: Seconds that a change of the table waits for its readers while it holds up all writers.
PATIENCE = 0.3


def _check_free(project: Project) -> None:
    check_settled(project)
    if DataTable.objects.filter(project=project, writing__isnull=False).exists():
        message = _("Rows are being imported just now. Change the schema once they are in.")
        raise Refused(message, status=409)


def _next_version(
    project: Project, actor: User, note: str, changes: list[dict[str, Any]]
) -> SchemaVersion:
    versions = SchemaVersion.objects.filter(project=project)
    number = 1 + max(versions.aggregate(n=Max("number"))["n"] or 0, project.schema_version)
    _set_version(project, number)
    return SchemaVersion.objects.create(
        project=project,
        number=number,
        table_schema=table_schema(project),
        changes=changes,
        author=actor,
        note=" ".join(note.split())[:NOTE_CHARACTERS],
        state=SchemaVersion.State.APPLYING,
    )


def _set_version(project: Project, number: int) -> None:
    Project.objects.filter(pk=project.pk).update(schema_version=number)
    # Whatever was read under the other version is stale, whichever rows follow.
    DataTable.objects.filter(project=project).update(
        revision=F("revision") + 1, rewritten=F("rewritten") + 1
    )
    project.refresh_from_db()


def _follow(version: SchemaVersion, project: Project, actor: User) -> SchemaVersion:
    """Let the rows follow: at once when they are few, else by a job."""
    backfill = Backfill(version, _highest(project), lambda: None)
    if backfill.condition is None or DataTable.objects.get(project=project).next_arrival <= AT_ONCE:
        if backfill.condition is None:
            SchemaVersion.objects.filter(pk=version.pk).update(last_row=backfill.top)
            _settle(version, project)
        else:
            backfill.run(lambda: _settle(version, project))
        version.refresh_from_db()
        return version
    _enqueue(version, actor, backfill.top)
    _tell(version, project, actor)
    return version


def _enqueue(version: SchemaVersion, actor: User, top: int) -> Job:
    tries = Job.objects.filter(kind=KIND, key__startswith=f"{KIND}:{version.pk}:").count()
    payload = {"version": version.pk, "top": top}
    return enqueue(KIND, f"{KIND}:{version.pk}:{tries}", user_id=actor.pk, payload=payload)


def _settle(version: SchemaVersion, project: Project) -> None:
    """The rows have followed: the version stands, or is undone."""
    back = is_undone(version, project)
    state = SchemaVersion.State.UNDONE if back else SchemaVersion.State.APPLIED
    SchemaVersion.objects.filter(pk=version.pk).update(state=state, reason="")
    version.state = state
    _tell(version, project, version.author)


def _tell(version: SchemaVersion, project: Project, actor: User | None) -> None:
    events: list[Publication] = []
    if actor is not None and version.state == SchemaVersion.State.APPLIED:
        _activity, event = write_activity(
            project=project,
            actor=actor,
            kind="schema_changed",
            payload={"number": version.number},
        )
        events.append(event)
    payload = {"version": project.schema_version, "state": version.state}
    publish_all([*events, (topic_of(project.pk), "schema_changed", payload)])


def _undone(version: SchemaVersion, actor: User) -> SchemaVersion:
    project = _locked(version.project)
    version = SchemaVersion.objects.get(pk=version.pk)
    if version.state == SchemaVersion.State.UNDONE or is_undone(version, project):
        return version
    reasons = dependents(version)
    if reasons:
        raise Refused(" ".join(reasons), status=409)
    return _go_back(version, project, actor)


def _go_back(
    version: SchemaVersion, project: Project, actor: User, *, rows_too: bool = True
) -> SchemaVersion:
    target = target_of(Schema.of(project).used)
    restore_fields(project, version)
    earlier = SchemaVersion.objects.filter(
        project=project, number__lt=version.number, state=SchemaVersion.State.APPLIED
    )
    _set_version(project, earlier.aggregate(n=Max("number"))["n"] or 0)
    SchemaVersion.objects.filter(pk=version.pk).update(
        state=SchemaVersion.State.APPLYING, last_row=0, done=0
    )
    version.refresh_from_db()
    if target_of(Schema.of(project).used) != target:
        recount_classes(project)
    if rows_too:
        return _follow(version, project, actor)
    _settle(version, project)
    return version


def _highest(project: Project) -> int:
    """The highest id of the rows there are, whatever their state."""
    if not project.fields.exists():
        return 0
    found = rows(project, Purpose.CHANGE).order_by("-pk").values_list("pk", flat=True)
    return next(iter(found[:1]), 0)
