"""The territories of the wall of all walls, and the lines of its feed. Public projects only."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from datasets.models import DataTable
from live.queries import counters
from projects.live import topic_of
from projects.models import Activity, Project
from projects.queries import FeedLine, line_of
from projects.trending import shown_to_all

#: More would be too small to see and to hit; ``LIVE_TOPICS_PER_SOCKET`` is above it.
LARGEST = 24
#: Pixels of a thumbnail: 22 a side.
THUMBNAIL = 484
#: How many lines of the whole site the feed is taken from: private projects' are left out of them.
LINES_READ = 400


class Land(NamedTuple):
    """One project as a territory; ``cells`` counts arrivals, withdrawn ones too."""

    project: Project
    count: int  # type: ignore[assignment]  # tuple.count is not missed
    people: int
    cells: int
    wall_url: str
    topic: str
    seq: int

    @property
    def size(self) -> int:
        """Its area in datapoints: the goal, or what is there where that is more or no goal set."""
        return max(self.project.goal or 0, self.count, 1)


def lands(also: Iterable[int] = ()) -> list[Land]:
    """The largest territories and those of the projects ``also``, the largest first.

    Three queries. The size is the goal, or what is there where that is more.
    """
    size = Greatest(Coalesce(F("project__goal"), Value(0)), F("accepted"))
    public = DataTable.objects.filter(shown_to_all())
    largest = public.order_by(size.desc(), "-project_id").values_list("project_id", flat=True)
    ids = list(dict.fromkeys([*largest[:LARGEST], *also]))
    seqs = counters(topic_of(pk) for pk in ids)
    tables = public.filter(project__in=ids).select_related("project")
    found = [
        Land(
            table.project,
            table.accepted,
            table.people,
            table.next_arrival,
            reverse("wall_data", args=[table.project.slug]),
            topic_of(table.project_id),
            seqs.get(topic_of(table.project_id), 0),
        )
        for table in tables
    ]
    return sorted(found, key=lambda land: (-land.size, -land.project.pk))


def happened(limit: int) -> list[FeedLine]:
    """The newest lines of public projects, among the newest ``LINES_READ`` of the site."""
    newest = Activity.objects.order_by("-pk").values("pk")[:LINES_READ]
    found = Activity.objects.filter(shown_to_all(), pk__in=newest)
    found = found.select_related("project", "actor").order_by("-pk")
    return [line_of(one) for one in found[:limit]]


def thumbnail_url(slug: str, cells: int) -> str:
    """Where a card's thumbnail reads its wall: no more cells than about two for each pixel."""
    every = cells // THUMBNAIL
    address = reverse("wall_data", args=[slug])
    return f"{address}?every={every}" if every > 1 else address
