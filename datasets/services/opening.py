"""Opening a project: what it is about, its fields and its table, all or nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.idempotency import once
from accounts.models import IdempotencyKey, User
from common.errors import Refused
from datasets import growth
from datasets.drafts import FieldDraft, clean_drafts, unready
from datasets.models import Contribution, DataTable
from datasets.queries import count_of, fields_of
from datasets.schema import drop_table, ensure_table
from datasets.services.contributing import Copies, contribute
from datasets.services.versioning import record_version
from datasets.tables import row_table
from projects import services as projects
from projects.models import Project


def open_project(
    *, creator: User, basics: Mapping[str, Any], fields: Sequence[FieldDraft]
) -> Project:
    """Make a draft project with its fields and its real table.

    ``basics`` holds name, pitch, description, goal, task, licence and visibility, and may say by
    ``collects`` that people give labels of items (a value of ``DataTable.Collects``).

    Raises:
        Refused: a name, limit or list does not fit; nothing was made then.
    """
    drafts = clean_drafts(fields)
    about = dict(basics)
    collects = about.pop("collects", DataTable.Collects.ROWS)
    with transaction.atomic():
        project = projects.create_project(creator=creator, **about)
        DataTable.objects.create(project=project, collects=collects)
        _write_fields(project, drafts)
        record_version(project, creator)
    return project


class Opened(NamedTuple):
    """A project that was opened from a table, and which column holds which field, by name."""

    project: Project
    columns: dict[str, int]


def open_project_once(
    *, creator: User, basics: Mapping[str, Any], fields: Sequence[FieldDraft], key: str
) -> Project:
    """``open_project``, however often the same form is sent.

    Raises:
        Refused: as ``open_project``; 409, the key was used for another description.
    """
    body = json.dumps([dict(basics), [asdict(draft) for draft in fields]], default=str)

    def act() -> dict[str, Any]:
        return {"project": open_project(creator=creator, basics=basics, fields=fields).pk}

    return Project.objects.get(pk=once(creator, key, body, act).answer["project"])


def open_from_table(
    *,
    creator: User,
    basics: Mapping[str, Any],
    fields: Sequence[FieldDraft],
    columns: Sequence[int | None],
    key: str,
) -> Opened:
    """Make a draft for the table that waits under ``key``; a table becomes one project only.

    ``columns`` says for each field which column of the table holds it. Sent again, also with
    another description, the project is the one of the first time.

    Raises:
        Refused: as ``open_project``.
    """

    def act() -> dict[str, Any]:
        project = open_project(creator=creator, basics=basics, fields=fields)
        names = [field.name for field in fields_of(project)]
        held = {n: at for n, at in zip(names, columns, strict=True) if at is not None}
        return {"project": project.pk, "columns": held}

    answer = once(creator, key, f"open {key}", act).answer
    project = Project.objects.filter(pk=answer["project"]).first()
    if project is None:
        raise Refused(_("Its project was removed since. Send the table again."), status=409)
    return Opened(project, answer["columns"])


def opened_from(creator: User, key: str) -> Opened | None:
    """The project that the table under ``key`` became, or None when it is still to be opened."""
    known = IdempotencyKey.objects.filter(user=creator, key=key).first()
    if known is None:
        return None
    project = Project.objects.filter(pk=known.answer["project"]).first()
    return None if project is None else Opened(project, known.answer["columns"])


def finish_opening(
    *,
    project: Project,
    actor: User,
    rows: Sequence[Mapping[int, Any]],
    source: str,
    key: str,
) -> Project:
    """Add the owner's rows to a draft, then publish it. What was done before is not done again.

    Killed anywhere, the draft and the table are still there, and the next call goes on.

    Raises:
        Refused: as ``contribute`` and ``publish_project``.
    """
    added = Contribution.objects.filter(
        project=project, user=actor, idempotency_key=key, state=Contribution.State.VISIBLE
    )
    if rows and not added.exists():
        # A table that a project is opened from is taken as it is, with the rows it has twice.
        contribute(
            project=project, user=actor, rows=rows, source=source, key=key, copies=Copies.ADD
        )
    try:
        return publish_project(project, actor)
    except Refused:
        project.refresh_from_db()
        if not project.is_published:
            raise
        return project


def edit_fields(project: Project, fields: Sequence[FieldDraft]) -> None:
    """Replace the fields of a draft that has no rows yet, and its table with them.

    Raises:
        Refused: a draft does not fit, the project is published or somebody contributed.
    """
    drafts = clean_drafts(fields)
    with transaction.atomic():
        # The lock keeps a contribution from starting between the look and the change.
        DataTable.objects.select_for_update().get(project=project)
        project.refresh_from_db(fields=["state", "schema_version"])
        if project.is_published or Contribution.objects.filter(project=project).exists():
            raise Refused(
                _(
                    "The fields stay as they are here once the project is published or has "
                    "rows. Change them in versions, in the project's settings."
                ),
                status=409,
            )
        drop_table(row_table(project))
        project.fields.all().delete()
        _write_fields(project, drafts)
        record_version(project, None)


def publish_project(project: Project, actor: User) -> Project:
    """Open a draft to its crowd.

    Raises:
        Refused: its fields do not fit its task; the sentence says what to change.
    """
    reasons = unready(project.task, fields_of(project))
    if reasons:
        raise Refused(" ".join(reasons))
    with transaction.atomic():
        opened = projects.publish(project, actor)
        # Rows that are there already count from now on: whoever waits for so many hears of it.
        growth.changed(project.pk, count_of(project).accepted)
    return opened


def _write_fields(project: Project, drafts: Sequence[FieldDraft]) -> None:
    for order, draft in enumerate(drafts):
        draft.as_field(project=project, order=order).save()
    Project.objects.filter(pk=project.pk).update(schema_version=F("schema_version") + 1)
    project.refresh_from_db(fields=["schema_version"])
    ensure_table(row_table(project))
