"""What leaves the site with a link: addresses, code to copy, and pictures that are kept a moment.

Embeds, badges and previews are asked for by strangers' browsers and by machines, so they are the
same for everybody: there for public and unlisted projects, missing for all others, whoever asks.
"""

import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from html import escape
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Sum
from django.urls import reverse
from django.utils import translation

from common import ratelimit
from common.limits import PICTURE_SECONDS, PICTURES_PER_MINUTE
from datasets.models import DataTable
from datasets.queries import count_of
from datasets.rendering.badge import badge
from datasets.rendering.preview import PREVIEW, bare, preview, site_preview
from datasets.rendering.sample import Wall
from projects.access import listed_for, project_for, right_of
from projects.models import Project

#: A picture lasts as long as nothing it shows changes, and then this many seconds.
KEPT_SECONDS = 24 * 3600
#: Grows when pictures are drawn in another way, so that the old ones are not shown on.
STYLE = 1
EMBED_WIDTH = 800
EMBED_HEIGHT = 420
#: Walls in the picture of the whole site.
WALLS_OF_SITE = 3
DRAWN: dict[str, Callable[[Wall], bytes]] = {"og": preview, "wall": bare}


class Picture(NamedTuple):
    """A drawn picture: what it shows, when it was drawn, and its bytes."""

    mark: str
    drawn: float
    body: bytes

    @property
    def etag(self) -> str:
        """The picture's own hash: two that look alike are one."""
        return f'"{sha256(self.body).hexdigest()[:32]}"'


class Links(NamedTuple):
    """Absolute addresses of what may be shared."""

    page: str
    contribute: str
    embed: str
    badge: str
    og: str
    wall: str


def is_shareable(project: Project) -> bool:
    """Whether strangers may see it: only such a project has embeds, badges and previews."""
    return right_of(AnonymousUser(), project) is not None


def shared_project(slug: str) -> Project:
    """The project at that address if strangers may see it.

    Raises:
        Missing: there is none, or it is private, a draft or hidden; for its members too.
    """
    return project_for(AnonymousUser(), slug)


def links_of(project: Project, absolute: Callable[[str], str]) -> Links:
    """The addresses; ``absolute`` puts scheme and host before a path."""
    names = ("project", "contribute", "embed", "badge", "og_image", "wall_image")
    return Links(*(absolute(reverse(name, args=[project.slug])) for name in names))


def embed_code(
    project: Project, links: Links, *, width: str = "100%", height: int = EMBED_HEIGHT
) -> str:
    """HTML for other people's pages, as text: a page that shows it escapes it once more."""
    return (
        f'<iframe src="{escape(links.embed)}" title="{escape(project.name)}" width="{width}"'
        f' height="{height}" loading="lazy" style="border:0"></iframe>'
    )


def oembed_of(project: Project, links: Links, *, width: int, height: int) -> dict[str, object]:
    """What turns a pasted link into an embed, by oEmbed 1.0; lengths in CSS pixels at most."""
    width, height = min(width, EMBED_WIDTH), min(height, EMBED_HEIGHT)
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": "CrowdControlled",
        "title": project.name,
        "html": embed_code(project, links, width=str(width), height=height),
        "width": width,
        "height": height,
        "thumbnail_url": links.og,
        "thumbnail_width": PREVIEW[0],
        "thumbnail_height": PREVIEW[1],
        "cache_age": PICTURE_SECONDS,
    }


def badge_markdown(project: Project, links: Links) -> str:
    """Markdown for a README."""
    name = "".join(f"\\{letter}" if letter in r"\[]`*_<>" else letter for letter in project.name)
    return f"[![{name}]({links.badge})]({links.page})"


def badge_of(project: Project) -> bytes:
    """The project's badge as SVG, in the site's own language: readers of a README share one."""
    with translation.override(settings.LANGUAGE_CODE):
        svg = badge(project.name, project.colour, count_of(project).accepted)
    return svg.encode()


def picture(project: Project, kind: str, address: str) -> Picture:
    """A picture of the wall: the kept one while it is true, or at most ``PICTURE_SECONDS`` older.

    Args:
        project: one that strangers may see.
        kind: a key of ``DRAWN``.
        address: of whoever asks; each may have only so many drawn.

    Raises:
        Refused: the address asked for too many pictures that had to be drawn.
    """
    key, mark = f"picture:{kind}:{project.pk}", _mark([project])
    return _kept(key, mark, address, lambda: DRAWN[kind](Wall(project)))


def site_picture(address: str) -> Picture:
    """The picture of the whole site: its largest public walls, kept as those of one.

    Raises:
        Refused: as ``picture``.
    """
    tables = DataTable.objects.filter(project__in=listed_for(AnonymousUser()).order_by())
    largest = tables.select_related("project").order_by("-accepted", "-project_id")
    shown = [table.project for table in largest[:WALLS_OF_SITE]]
    accepted = tables.aggregate(all=Sum("accepted"))["all"] or 0
    mark = f"{_mark(shown)} {accepted}"
    walls = map(Wall, shown)
    return _kept("picture:site", mark, address, lambda: site_preview(list(walls), accepted))


def _kept(key: str, mark: str, address: str, draw: Callable[[], bytes]) -> Picture:
    kept: Picture | None = cache.get(key)
    # Of a wall that grows all the time one picture is drawn every PICTURE_SECONDS, not one a row.
    if kept and (kept.mark == mark or time.time() - kept.drawn < PICTURE_SECONDS):
        return kept
    ratelimit.spend("picture", address, limit=PICTURES_PER_MINUTE, seconds=60)
    with translation.override(settings.LANGUAGE_CODE):
        made = Picture(mark, time.time(), draw())
    cache.set(key, made, KEPT_SECONDS)
    return made


def _mark(projects: Sequence[Project]) -> str:
    """Everything that a picture shows: it changes when, and only when, the picture may."""
    tables = DataTable.objects.filter(project__in=projects).order_by("project_id")
    counts = list(tables.values_list("project_id", "revision", "people"))
    said = [(one.name, one.slug, one.colour, one.goal, one.schema_version) for one in projects]
    return sha256(repr((STYLE, counts, said)).encode()).hexdigest()
