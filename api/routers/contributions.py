"""What the token's person gave, over all projects."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router

from api.cursors import Paging, cut, place_in
from api.door import Token
from api.replays import Key, Made, at_once
from api.requests import ApiRequest, asked
from api.schemas.data import ContributionOut, ContributionsOut, RowsOut
from api.showing.data import shown_contribution, shown_row
from api.showing.projects import tables_of
from common.errors import Forbidden, Missing
from datasets import services
from datasets.models import Contribution
from datasets.queries import Purpose, rows, typed_fields
from projects.access import Right, guarded, right_of, rights_in

router = Router(tags=["contributions"])
READS, GIVES = Token("read"), Token("contribute")


class Wanted(Paging):
    """Which contributions."""

    project: str = Field("", max_length=60, description="Only those to this project, by its slug.")


@router.get(
    "/contributions", response=ContributionsOut, auth=READS, summary="List your contributions"
)
def list_contributions(
    request: HttpRequest, response: HttpResponse, wanted: Query[Wanted]
) -> ContributionsOut:
    """All that you gave, the newest first, also to projects that you see no more."""
    asking = asked(request)
    place = place_in(asking, wanted.cursor)
    found = Contribution.objects.filter(user=asking.auth.user)
    found = found.exclude(state=Contribution.State.OPEN).select_related("project")
    if wanted.project:
        found = found.filter(project__slug=wanted.project)
    if place is not None:
        found = found.filter(pk__lt=place)
    listed = list(found.order_by("-pk")[: wanted.limit + 1])
    items, following = cut(asking, response, listed, wanted.limit, lambda one: one.pk)
    rights = rights_in(asking.user, {one.project for one in items})
    return ContributionsOut(
        items=[
            shown_contribution(
                one, slug=one.project.slug if rights[one.project_id] is not None else None
            )
            for one in items
        ],
        next=following,
    )


@router.get(
    "/contributions/{int:contribution_id}",
    response=ContributionOut,
    auth=READS,
    summary="Read one of your contributions",
)
def read_contribution(request: HttpRequest, contribution_id: int) -> ContributionOut:
    """What became of it."""
    asking = asked(request)
    return _shown(asking, _own(asking, contribution_id))


@router.get(
    "/contributions/{int:contribution_id}/rows",
    response=RowsOut,
    auth=READS,
    summary="List the datapoints of a contribution",
)
def list_given(
    request: HttpRequest, response: HttpResponse, contribution_id: int, page: Query[Paging]
) -> RowsOut:
    """Also those that wait or were rejected; withdrawn ones have no values any more."""
    asking = asked(request)
    contribution = _own(asking, contribution_id)
    project = guarded(asking.user, contribution.project, at_least=Right.READ)
    place = place_in(asking, page.cursor)
    fields = typed_fields(project)
    found = rows(project, Purpose.OWN, [field for field, _type in fields])
    found = found.filter(contribution=contribution).order_by("position")
    found = found.select_related("contribution__user")
    if place is not None:
        found = found.filter(position__gt=place)
    listed = list(found[: page.limit + 1])
    items, following = cut(asking, response, listed, page.limit, lambda row: row.position)
    return RowsOut(
        items=[shown_row(asking, project, fields, row) for row in items],
        next=following,
        schema_version=project.schema_version,
        data_version=tables_of([project])[project.pk].revision,
    )


@router.post(
    "/contributions/{int:contribution_id}/undo",
    response={200: ContributionOut},
    auth=GIVES,
    summary="Undo a contribution",
)
def undo(request: HttpRequest, contribution_id: int, key: Key) -> HttpResponse:
    """Takes it back right after it was made; later, withdraw it."""
    asking = asked(request)

    def act() -> Made:
        found = _own(asking, contribution_id)
        return Made(_shown(asking, services.undo(found, asking.auth.user)))

    return at_once(asking, key, act, status=200)


@router.delete(
    "/contributions/{int:contribution_id}",
    response=ContributionOut,
    auth=GIVES,
    summary="Withdraw a contribution",
)
def withdraw(request: HttpRequest, contribution_id: int) -> ContributionOut:
    """Empties its datapoints for good; twice is as once. Older versions of the data stay."""
    asking = asked(request)
    found = _own(asking, contribution_id)
    return _shown(asking, services.withdraw(found, asking.auth.user))


def _own(request: ApiRequest, pk: int) -> Contribution:
    """The person's own contribution, also to a project that they lost sight of.

    Raises:
        Missing: there is none, or the person may not know of its project.
        Forbidden: it is somebody else's.
    """
    found = Contribution.objects.select_related("project", "user").filter(pk=pk).first()
    if found is None:
        raise Missing
    if found.user_id != request.auth.user.pk:
        guarded(request.user, found.project, at_least=Right.READ)
        raise Forbidden(_("Only the person who made this contribution sees it here."))
    return found


def _shown(request: ApiRequest, contribution: Contribution) -> ContributionOut:
    seen = right_of(request.user, contribution.project) is not None
    return shown_contribution(contribution, slug=contribution.project.slug if seen else None)
