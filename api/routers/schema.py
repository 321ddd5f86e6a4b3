"""The fields of a project and their versions."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from api.cursors import Paging, cut, place_in
from api.door import Token
from api.requests import asked
from api.schemas.projects import SchemaOut, SchemaVersionOut, SchemaVersionsOut
from api.values import row_schema
from common.errors import Missing
from datasets.models import SchemaVersion
from datasets.queries import table_schema, typed_fields
from projects.access import project_for

router = Router(tags=["schema"])
READS = Token("read", optional=True)


@router.get(
    "/projects/{slug:slug}/schema", response=SchemaOut, auth=READS, summary="Read the fields"
)
def read_schema(request: HttpRequest, slug: str) -> SchemaOut:
    """What a datapoint has: as Table Schema, and as JSON Schema of the values that you send."""
    project = project_for(asked(request).user, slug)
    return SchemaOut(
        project=project.slug,
        version=project.schema_version,
        table_schema=table_schema(project),
        row_schema=row_schema(typed_fields(project)),
    )


@router.get(
    "/projects/{slug:slug}/schema/versions",
    response=SchemaVersionsOut,
    auth=READS,
    summary="List the versions of the fields",
)
def list_versions(
    request: HttpRequest, response: HttpResponse, slug: str, page: Query[Paging]
) -> SchemaVersionsOut:
    """Every change of the fields, the newest first."""
    asking = asked(request)
    project = project_for(asking.user, slug)
    place = place_in(asking, page.cursor)
    found = SchemaVersion.objects.filter(project=project).select_related("author")
    if place is not None:
        found = found.filter(number__lt=place)
    listed = list(found.order_by("-number")[: page.limit + 1])
    items, following = cut(asking, response, listed, page.limit, lambda one: one.number)
    return SchemaVersionsOut(items=[_shown(one) for one in items], next=following)


@router.get(
    "/projects/{slug:slug}/schema/versions/{int:number}",
    response=SchemaVersionOut,
    auth=READS,
    summary="Read one version of the fields",
)
def read_version(request: HttpRequest, slug: str, number: int) -> SchemaVersionOut:
    """The fields as they were, and what led to them."""
    project = project_for(asked(request).user, slug)
    versions = SchemaVersion.objects.select_related("author")
    found = versions.filter(project=project, number=number).first()
    if found is None:
        raise Missing
    return _shown(found)


def _shown(version: SchemaVersion) -> SchemaVersionOut:
    return SchemaVersionOut(
        number=version.number,
        state=version.state,
        note=version.note,
        author=version.author.username if version.author else None,
        rows_changed=version.rows_changed,
        rows_invalid=version.rows_invalid,
        changes=version.changes,
        table_schema=version.table_schema,
        created=version.created,
    )
