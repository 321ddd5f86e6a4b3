"""Datapoints: read and added."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Field, Query, Router

from api.cursors import Paging, cut, place_in
from api.door import Token
from api.problems import misfit
from api.replays import Key, Made, at_once
from api.requests import ApiRequest, asked
from api.schemas.data import ContributionMade, RowOut, RowsNew, RowsOut
from api.showing.data import shown_contribution, shown_row
from api.showing.projects import tables_of
from api.values import read_rows
from common.errors import Missing
from datasets import consent, services
from datasets.models import Contribution, Row, RowState
from datasets.queries import Purpose, has_agreed, rows, typed_fields
from datasets.records import Typed
from datasets.views.photos import photo
from projects.access import Right, project_for
from projects.models import Project

router = Router(tags=["rows"])
READS = Token("read", optional=True)


class Wanted(Paging):
    """Which datapoints."""

    newest_first: bool = Field(False, description="The other way round.")
    after: int | None = Field(
        None, ge=0, le=2**62, description="Only those with a number above this one."
    )
    by: str = Field("", max_length=150, description="Only those of this person.")


@router.get("/projects/{slug:slug}/rows", response=RowsOut, auth=READS, summary="List datapoints")
def list_rows(
    request: HttpRequest, response: HttpResponse, slug: str, wanted: Query[Wanted]
) -> RowsOut:
    """The accepted datapoints in the order of their numbers.

    A datapoint that came in after you began stands on a later page, so a walk through all pages
    sees each once. For all data at once, take a version's Parquet file: it is much faster.
    """
    asking = asked(request)
    project = project_for(asking.user, slug)
    fields = typed_fields(project)
    place = place_in(asking, wanted.cursor)
    found = _wanted(_readable(project, fields, Purpose.TABLE), wanted, place)
    listed = list(found[: wanted.limit + 1])
    items, following = cut(asking, response, listed, wanted.limit, lambda row: row.arrival)
    return RowsOut(
        items=[shown_row(asking, project, fields, row) for row in items],
        next=following,
        **_versions(project),
    )


def _wanted(found: "QuerySet[Row]", wanted: Wanted, place: int | None) -> "QuerySet[Row]":
    if wanted.after is not None:
        found = found.filter(arrival__gte=wanted.after)
    if wanted.by:
        found = found.filter(contribution__user__username=wanted.by)
    if wanted.newest_first:
        found = found.order_by("-arrival")
        return found if place is None else found.filter(arrival__lt=place)
    return found if place is None else found.filter(arrival__gt=place)


@router.get(
    "/projects/{slug:slug}/rows/{int:row_id}",
    response=RowOut,
    auth=READS,
    summary="Read a datapoint",
)
def read_row(request: HttpRequest, slug: str, row_id: int) -> RowOut:
    """One datapoint. What is not accepted, its contributor and maintainers see."""
    asking = asked(request)
    project = project_for(asking.user, slug)
    fields = typed_fields(project)
    row = _readable(project, fields, Purpose.MODERATION).filter(pk=row_id).first()
    if row is None:
        raise Missing
    own = row.contribution.user_id == asking.user.pk
    if row.state != RowState.ACCEPTED and not (own or project.may >= Right.MAINTAIN):
        raise Missing
    return shown_row(asking, project, fields, row)


@router.get(
    "/projects/{slug:slug}/rows/{int:row_id}/photos/{int:field_id}",
    auth=Token("read", optional=True, gives=""),
    summary="Download a photo",
)
def read_photo(request: HttpRequest, slug: str, row_id: int, field_id: int) -> HttpResponseBase:
    """The picture of a datapoint, as it is kept: without what the camera wrote beside it."""
    return photo(asked(request), slug, row_id, field_id)


@router.post(
    "/projects/{slug:slug}/rows",
    response={201: ContributionMade},
    auth=Token("contribute"),
    summary="Add datapoints",
)
def add_rows(request: HttpRequest, slug: str, key: Key, payload: RowsNew) -> HttpResponse:
    """Adds all of them in one contribution, or none. More than one request holds: import a file."""
    asking = asked(request)
    project = project_for(asking.user, slug, at_least=Right.PARTICIPATE)
    return at_once(asking, key, lambda: _added(asking, project, payload))


def _added(request: ApiRequest, project: Project, payload: RowsNew) -> Made:
    person = request.auth.user
    services.check_takes_rows(project, person, project.may)
    if not payload.agree and not has_agreed(project, person.pk, consent.VERSION):
        sentence = _("Agree first, by sending “agree”: true. It says: %(consent)s")
        raise misfit("/agree", sentence % {"consent": consent.text_of(project)})
    fields = typed_fields(project)
    contribution = services.contribute(
        project=project,
        user=person,
        rows=read_rows(fields, payload.rows),
        source=Contribution.Source.API,
        right=project.may,
        fields=fields,
    )
    given = rows(project, Purpose.OWN).filter(contribution=contribution).order_by("position")
    body = ContributionMade(
        contribution=shown_contribution(contribution, slug=project.slug),
        row_ids=list(given.values_list("pk", flat=True)),
        **_versions(project),
    )
    return Made(body, request.build_absolute_uri(f"/api/v1/contributions/{contribution.pk}"))


def _readable(project: Project, fields: Typed, purpose: Purpose) -> "QuerySet[Row]":
    described = [field for field, _type in fields]
    return rows(project, purpose, described).select_related("contribution__user")


def _versions(project: Project) -> dict[str, int]:
    table = tables_of([project]).get(project.pk)
    return {
        "schema_version": project.schema_version,
        "data_version": table.revision if table else 0,
    }
