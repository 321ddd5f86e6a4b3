"""Versions of a schema, and what depends on one."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import Refused
from datasets.models import Import, RowChange, SchemaVersion, Snapshot
from datasets.queries.counts import table_schema
from datasets.queries.reading import Purpose, rows
from datasets.schema_changes import operation_named
from projects.models import Project

#: States of a version whose rows have not all followed.
UNSETTLED = (SchemaVersion.State.APPLYING, SchemaVersion.State.FAILED)
_LATER = (RowChange.Kind.EDITED, RowChange.Kind.LABELLED)


class Unsettled(Refused):
    """Rows follow a change of the schema just now: a reason to wait, and to come again."""

    def __init__(self) -> None:
        message = _("The schema is being changed: its rows follow just now. Try again in a minute.")
        super().__init__(message, status=409, retry_after=60)


def versions_of(project: Project) -> list[SchemaVersion]:
    """All versions, the newest first; of a project that recorded none, the one of now."""
    found = list(SchemaVersion.objects.filter(project=project).select_related("author"))
    return found or [
        SchemaVersion(
            project=project,
            number=project.schema_version,
            table_schema=table_schema(project),
            created=project.created,
        )
    ]


def version_numbered(project: Project, number: int) -> SchemaVersion | None:
    """The version of that number, or None."""
    return next((one for one in versions_of(project) if one.number == number), None)


def changed_since(project: Project, number: int | None) -> str:
    """What changed since a form was shown under that version; empty: nothing, or it says none."""
    if number is None or number == project.schema_version:
        return ""
    later = SchemaVersion.objects.filter(
        project=project, number__gt=number, number__lte=project.schema_version
    ).exclude(state=SchemaVersion.State.UNDONE)
    told = " ".join(sentence for one in later.order_by("number")[:5] for sentence in told_of(one))
    if not told:
        return _("The fields changed meanwhile. Look at what you filled in, then send it again.")
    message = _("The fields changed meanwhile: %(told)s Look at what you filled in, then send it.")
    return message % {"told": told}


def told_of(version: SchemaVersion) -> list[str]:
    """The version's changes in words."""
    changes = [(operation_named(one["operation"]), one["names"]) for one in version.changes]
    return [operation.sentence(names) for operation, names in changes]


def check_version(project: Project) -> None:
    """Refuse when the schema is another one than when ``project`` was read.

    Call it under the lock of the project's counts: then it stays so until the commit.

    Raises:
        Refused: it was changed since (409).
    """
    now = Project.objects.filter(pk=project.pk).values_list("schema_version", flat=True).first()
    if now != project.schema_version:
        raise Refused(_("The project's fields changed meanwhile. Load the page again."), status=409)


def unsettled(project: Project) -> SchemaVersion | None:
    """The version whose rows still follow, or failed to; None when all is settled."""
    return SchemaVersion.objects.filter(project=project, state__in=UNSETTLED).first()


def check_settled(project: Project) -> None:
    """Refuse while rows follow a change of the schema: what is read now is half old, half new.

    Raises:
        Unsettled: a version is being applied (409).
    """
    if unsettled(project) is not None:
        raise Unsettled


def dependents(version: SchemaVersion) -> list[str]:
    """Why a version cannot be undone: one sentence each, none when it can."""
    project = version.project
    if not version.changes:
        return [_("Nothing was before this version.")]
    if version.state == SchemaVersion.State.APPLYING:
        return [_("Its rows are being changed just now. Once that is done you can undo it.")]
    later = SchemaVersion.objects.filter(project=project, number__gt=version.number)
    if later.exclude(state=SchemaVersion.State.UNDONE).exists():
        return [_("A later version is built on it. Undo that one first.")]
    return [reason for ask in (_snapshots, _imports, _rows, _changes) if (reason := ask(version))]


def _snapshots(version: SchemaVersion) -> str:
    found = Snapshot.objects.filter(project=version.project, schema_version=version.number)
    numbers = [f"v{number}" for number in found.values_list("number", flat=True)]
    sentence = ngettext(
        "The snapshot %(numbers)s has this schema: runs and files may name it.",
        "The snapshots %(numbers)s have this schema: runs and files may name them.",
        len(numbers),
    )
    return sentence % {"numbers": ", ".join(numbers)} if numbers else ""


def _imports(version: SchemaVersion) -> str:
    states = (Import.State.ADDING, Import.State.ADDED)
    found = Import.objects.filter(
        project=version.project, schema_version=version.number, state__in=states
    )
    return _("Rows were imported under it.") if found.exists() else ""


def _rows(version: SchemaVersion) -> str:
    since = rows(version.project, Purpose.CHANGE).order_by().filter(pk__gt=version.last_row)
    if version.state != SchemaVersion.State.APPLIED or not since.exists():
        return ""
    count = since.count()
    sentence = ngettext(
        "%(count)s datapoint was added under it.",
        "%(count)s datapoints were added under it.",
        count,
    )
    return sentence % {"count": count}


def _changes(version: SchemaVersion) -> str:
    found = RowChange.objects.filter(
        project=version.project, kind__in=_LATER, schema_version=version.number
    )
    return _("Datapoints were corrected or labelled under it.") if found.exists() else ""
