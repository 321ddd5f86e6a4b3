"""Opening a project: what it is about, its fields and its table, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused
from datasets.drafts import FieldDraft, clean_drafts, unready
from datasets.models import Contribution, DataTable, Field
from datasets.queries import fields_of
from datasets.schema import drop_table, ensure_table
from datasets.tables import row_table
from projects import services as projects
from projects.models import Project


def open_project(
    *, creator: User, basics: Mapping[str, Any], fields: Sequence[FieldDraft]
) -> Project:
    """Make a draft project with its fields and its real table.

    ``basics`` holds name, pitch, description, goal, task, licence and visibility.

    Raises:
        Refused: a name, limit or list does not fit; nothing was made then.
    """
    drafts = clean_drafts(fields)
    with transaction.atomic():
        project = projects.create_project(creator=creator, **basics)
        DataTable.objects.create(project=project)
        _write_fields(project, drafts)
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
                    "The fields stay as they are once the project is published or has rows. "
                    "Open another project for other fields."
                ),
                status=409,
            )
        drop_table(row_table(project))
        project.fields.all().delete()
        _write_fields(project, drafts)


def publish_project(project: Project, actor: User) -> Project:
    """Open a draft to its crowd.

    Raises:
        Refused: its fields do not fit its task; the sentence says what to change.
    """
    reasons = unready(project.task, fields_of(project))
    if reasons:
        raise Refused(" ".join(reasons))
    return projects.publish(project, actor)


def _write_fields(project: Project, drafts: Sequence[FieldDraft]) -> None:
    for order, draft in enumerate(drafts):
        Field.objects.create(
            project=project,
            order=order,
            name=draft.name,
            kind=draft.kind,
            role=draft.role,
            unit=draft.unit,
            required=draft.required,
            options=draft.options,
        )
    Project.objects.filter(pk=project.pk).update(schema_version=F("schema_version") + 1)
    project.refresh_from_db(fields=["schema_version"])
    ensure_table(row_table(project))
