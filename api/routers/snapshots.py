"""Versions of the data, and their files."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router

from api.cursors import Paging, cut, place_in
from api.door import Token
from api.replays import Key, Made, by_itself
from api.requests import asked
from api.schemas.data import SnapshotOut, SnapshotsOut
from api.showing.data import shown_snapshot
from common import ratelimit
from common.limits import SNAPSHOTS_PER_HOUR
from datasets import exports, services
from datasets.models import Snapshot
from datasets.views import files
from datasets.views.data import snapshot_of
from projects.access import Right, project_for

router = Router(tags=["snapshots"])
READS = Token("read", optional=True)
FORMATS = ("parquet", *exports.FORMATS)
HERE = "/projects/{slug:slug}/snapshots"


@router.get(HERE, response=SnapshotsOut, auth=READS, summary="List versions of the data")
def list_snapshots(
    request: HttpRequest, response: HttpResponse, slug: str, page: Query[Paging]
) -> SnapshotsOut:
    """The newest first. Each stays as it is; models name the one that they learned from."""
    asking = asked(request)
    project = project_for(asking.user, slug)
    place = place_in(asking, page.cursor)
    found = Snapshot.objects.filter(project=project)
    if place is not None:
        found = found.filter(number__lt=place)
    listed = list(found.order_by("-number")[: page.limit + 1])
    items, following = cut(asking, response, listed, page.limit, lambda one: one.number)
    shown = [shown_snapshot(asking, project, one, FORMATS) for one in items]
    return SnapshotsOut(items=shown, next=following)


@router.post(
    HERE, response={201: SnapshotOut}, auth=Token("contribute"), summary="Make a version of now"
)
def take_snapshot(request: HttpRequest, slug: str, key: Key) -> HttpResponse:
    """The accepted datapoints of now. Nothing changed since the last one? Then it is that one."""
    asking = asked(request)
    person = asking.auth.user
    project = project_for(person, slug, at_least=Right.PARTICIPATE)

    def act() -> Made:
        ratelimit.spend("snapshot", person.pk, limit=SNAPSHOTS_PER_HOUR, seconds=3600)
        snapshot = services.take_snapshot(project)
        shown = shown_snapshot(asking, project, snapshot, FORMATS)
        return Made(shown, request.build_absolute_uri(f"{request.path}/{snapshot.number}"))

    return by_itself(asking, key, act)


@router.get(f"{HERE}/{{int:number}}", response=SnapshotOut, auth=READS, summary="Read a version")
def read_snapshot(request: HttpRequest, slug: str, number: int) -> SnapshotOut:
    """How many datapoints it has, which fields, and where its files are."""
    asking = asked(request)
    project = project_for(asking.user, slug)
    return shown_snapshot(asking, project, snapshot_of(project, number), FORMATS)


@router.get(
    f"{HERE}/{{int:number}}/files/{{slug:ext}}",
    auth=Token("read", optional=True, gives=""),
    summary="Download a version",
)
def read_file(request: HttpRequest, slug: str, number: int, ext: str) -> HttpResponseBase:
    """The file, in one of the formats that the version lists."""
    return files.snapshot_file(asked(request), slug, number, ext)
