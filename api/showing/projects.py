"""Projects as the API answers them."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import prefetch_related_objects
from django.urls import reverse

from api.etags import two_part
from api.requests import ApiRequest
from api.schemas.projects import ProjectOut
from datasets.models import DataTable
from projects.access import Right, rights_in
from projects.models import Project

#: What ``PATCH`` changes.
BY_PEOPLE = frozenset(
    {"name", "pitch", "description", "guidelines", "goal", "tags", "licence", "visibility", "state"}
)


def shown_project(request: ApiRequest, project: Project) -> ProjectOut:
    """One project that came through the door, which noted the person's right."""
    return _shown(request, project, project.may, tables_of([project]).get(project.pk))


def shown_projects(request: ApiRequest, projects: Sequence[Project]) -> list[ProjectOut]:
    """Projects of a list; the number of queries does not grow with them."""
    prefetch_related_objects(list(projects), "tags")
    rights, tables = rights_in(request.user, projects), tables_of(projects)
    return [
        _shown(request, project, right, tables.get(project.pk))
        for project in projects
        if (right := rights[project.pk]) is not None
    ]


def tables_of(projects: Iterable[Project]) -> Mapping[int, DataTable]:
    """Project id → its counts; one query."""
    found = DataTable.objects.filter(project__in=[project.pk for project in projects])
    return {table.project_id: table for table in found}


def etag_of(shown: ProjectOut) -> str:
    """The ETag of a project: what people change of it, and all the rest."""
    values = shown.model_dump(mode="json")
    return two_part(
        {name: values[name] for name in BY_PEOPLE},
        {name: value for name, value in values.items() if name not in BY_PEOPLE},
    )


def _shown(
    request: ApiRequest, project: Project, right: Right, table: DataTable | None
) -> ProjectOut:
    return ProjectOut(
        slug=project.slug,
        name=project.name,
        pitch=project.pitch,
        description=project.description,
        guidelines=project.guidelines,
        task=project.task,
        licence=project.licence,
        visibility=project.visibility,  # type: ignore[arg-type]
        state=project.state,  # type: ignore[arg-type]
        goal=project.goal,
        tags=[tag.slug for tag in project.tags.all()],
        schema_version=project.schema_version,
        data_version=table.revision if table else 0,
        rows=table.accepted if table else 0,
        pending=table.pending if table else 0,
        people=table.people if table else 0,
        your_right=Right(right).name.lower(),  # type: ignore[arg-type]
        created=project.created,
        published=project.published,
        url=request.build_absolute_uri(reverse("project", args=[project.slug])),
    )
