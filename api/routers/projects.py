"""Projects: found, opened, read, changed."""

from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Header, Query, Router

from api.cursors import Paging, linked, place_in
from api.door import Token
from api.etags import check_match
from api.problems import misfit
from api.replays import Key, Made, at_once
from api.requests import ApiRequest, asked
from api.schemas.projects import (
    Licence,
    ProjectChange,
    ProjectMade,
    ProjectNew,
    ProjectOut,
    ProjectsOut,
    Task,
)
from api.showing.projects import etag_of, shown_project, shown_projects
from common.errors import Refused
from common.limits import SEARCH_CHARACTERS
from datasets import services as datasets
from datasets.drafts import task_of
from datasets.guessing.schemas import Described, is_schema, read_schema
from projects import browsing, services
from projects.access import Right, project_for
from projects.browsing import Wish
from projects.models import Project
from search.words import asked as asked_words

router = Router(tags=["projects"])
READS, ADMIN = Token("read", optional=True), Token("admin")


class Wanted(Paging):
    """What to list."""

    q: str = Field("", max_length=SEARCH_CHARACTERS, description="Words to find.")
    tag: str = Field("", max_length=30)
    task: Task | Literal[""] = ""
    licence: Licence | Literal[""] = ""
    show: Literal["", "mine", "followed"] = Field("", description="Of the token's person.")
    needs_data: bool = Field(False, description="Only those that have not reached their goal.")
    sort: Literal["new", "trending", "data"] = "new"

    def wish(self) -> Wish:
        """The same, as the site's own list reads it."""
        return Wish(
            q=asked_words(self.q).text,
            tag=self.tag.lower(),
            task=self.task,
            licence=self.licence,
            show=self.show,
            needs="data" if self.needs_data else "",
            sort=self.sort,
        )


@router.get("/projects", response=ProjectsOut, auth=READS, summary="List projects")
def list_projects(
    request: HttpRequest, response: HttpResponse, wanted: Query[Wanted]
) -> ProjectsOut:
    """Public projects, and those that the token's person belongs to."""
    asking = asked(request)
    place = place_in(asking, wanted.cursor) or ""
    found = browsing.wished(asking.user, wanted.wish())
    page = browsing.page_of(found, wanted.sort, after=place, limit=wanted.limit)
    following = linked(asking, response, page.after) if page.after else None
    return ProjectsOut(items=shown_projects(asking, page.projects), next=following)


@router.post(
    "/projects",
    response={201: ProjectMade},
    auth=ADMIN,
    summary="Open a project from a Table Schema",
)
def create_project(request: HttpRequest, key: Key, payload: ProjectNew) -> HttpResponse:
    """Makes the project, its fields and its table. You own it.

    The schema says what a datapoint has; nothing is guessed. What we do not know of it is left out
    and named in `notes`.
    """
    asking = asked(request)
    described = _described(payload)
    return at_once(asking, key, lambda: _made(asking, payload, described))


def _described(payload: ProjectNew) -> Described:
    if not is_schema(payload.table_schema):
        raise misfit("/table_schema", _("This is no Table Schema: it needs “fields”, a list."))
    try:
        return read_schema(payload.table_schema)
    except Refused as refused:
        raise misfit("/table_schema", refused.message) from refused
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
        raise misfit("/table_schema", _("This Table Schema cannot be read.")) from None


def _made(request: ApiRequest, payload: ProjectNew, described: Described) -> Made:
    creator = request.auth.user
    basics = payload.model_dump(exclude={"table_schema", "publish", "tags"})
    project = datasets.open_project(
        creator=creator,
        basics={**basics, "task": task_of(described.drafts), "tags": ", ".join(payload.tags)},
        fields=described.drafts,
    )
    if payload.publish:
        project = datasets.publish_project(project, creator)
    shown = shown_project(request, project_for(creator, project.slug))
    body = ProjectMade(project=shown, notes=described.notes)
    return Made(body, request.build_absolute_uri(f"{request.path}/{project.slug}"))


@router.get("/projects/{slug:slug}", response=ProjectOut, auth=READS, summary="Read a project")
def read_project(request: HttpRequest, response: HttpResponse, slug: str) -> ProjectOut:
    """What it is about, how much there is, and what you may do in it."""
    asking = asked(request)
    shown = shown_project(asking, project_for(asking.user, slug))
    response["ETag"] = etag_of(shown)
    return shown


IfMatch = Annotated[
    str,
    Header(
        "",
        alias="If-Match",
        max_length=500,
        description=(
            "The ETag that you read. The change is refused with 412 when somebody changed the "
            "same texts or terms meanwhile; datapoints that came in do not matter."
        ),
    ),
]


@router.patch("/projects/{slug:slug}", response=ProjectOut, auth=ADMIN, summary="Change a project")
def change_project(
    request: HttpRequest,
    response: HttpResponse,
    slug: str,
    match: IfMatch,
    payload: ProjectChange,
) -> ProjectOut:
    """For maintainers; licence and visibility for owners. What is left out stays as it is."""
    asking = asked(request)
    person = asking.auth.user
    with transaction.atomic():
        project = project_for(person, slug, at_least=Right.MAINTAIN)
        Project.objects.select_for_update().get(pk=project.pk)
        project = project_for(person, slug, at_least=Right.MAINTAIN)
        check_match(match, etag_of(shown_project(asking, project)))
        changes = payload.model_dump(exclude_unset=True)
        if "tags" in changes:
            changes["tags"] = ", ".join(changes["tags"])
        services.update_project(project, actor=person, **{**_texts(project), **changes})
    shown = shown_project(asking, project_for(person, slug))
    response["ETag"] = etag_of(shown)
    return shown


def _texts(project: Project) -> dict[str, object]:
    return {
        "name": project.name,
        "pitch": project.pitch,
        "description": project.description,
        "goal": project.goal,
        "licence": project.licence,
        "visibility": project.visibility,
    }


@router.post(
    "/projects/{slug:slug}/publish",
    response={200: ProjectOut},
    auth=ADMIN,
    summary="Open a draft to its crowd",
)
def publish_project(request: HttpRequest, slug: str, key: Key) -> HttpResponse:
    """For owners. A project that is open already answers 409."""
    asking = asked(request)
    person = asking.auth.user

    def act() -> Made:
        project = project_for(person, slug, at_least=Right.OWN)
        datasets.publish_project(project, person)
        return Made(shown_project(asking, project_for(person, slug)))

    return at_once(asking, key, act, status=200)
