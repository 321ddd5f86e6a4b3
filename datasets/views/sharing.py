"""Sharing a project: the page with links and code, and what other sites and machines fetch."""

from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from common.errors import Missing, Refused
from common.http import HttpRequest
from common.limits import PICTURE_SECONDS
from common.numbers import whole
from datasets import sharing
from datasets.queries import count_of
from live.queries import last_seq
from projects.access import project_for
from projects.live import topic_of

#: A larger wall is shown in embeds as a picture: it would load for too long.
LIVE_CELLS = 20_000
THEMES = ("light", "dark")


@require_safe
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]  # typed for views without parts
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """The link, code for other pages and READMEs, and how the link looks when it is posted."""
    project = project_for(request.user, slug)
    counts = count_of(project)
    links = sharing.links_of(project, request.build_absolute_uri)
    context = {
        "project": project,
        "tab": "share",
        "count": counts.accepted,
        "people": counts.people,
        "shareable": sharing.is_shareable(project),
        "links": links,
        "embed_code": sharing.embed_code(project, links),
        "badge_markdown": sharing.badge_markdown(project, links),
        "embed_height": sharing.EMBED_HEIGHT,
    }
    return render(request, "datasets/share.html", context)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # as above
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The wall for other people's pages: the same for everybody, without any cookie."""
    project = sharing.shared_project(slug)
    # Read first: what happens while the page is made is then told twice, never lost.
    seq = last_seq(topic_of(project.pk))
    counts = count_of(project)
    theme = request.GET.get("theme", "")
    context = {
        "project": project,
        "count": counts.accepted,
        "people": counts.people,
        "topic": topic_of(project.pk),
        "seq": seq,
        "live": counts.accepted <= LIVE_CELLS,
        "theme": theme if theme in THEMES else "",
    }
    return _shared(render(request, "datasets/embed.html", context))


@require_safe
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """How many datapoints the project has, for a README."""
    svg = sharing.badge_of(sharing.shared_project(slug))
    return _shared(HttpResponse(svg, content_type="image/svg+xml; charset=utf-8"))


@require_safe
def picture(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The wall as PNG: with name and counts for links (``og``), or alone (``wall``)."""
    project = sharing.shared_project(slug)
    return _png(request, sharing.picture(project, kind, _address(request)))


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """What programs ask for that turn a pasted link to a project into its embed."""
    project = sharing.shared_project(_slug_in(request, request.GET.get("url", "")))
    if request.GET.get("format", "json") != "json":
        raise Refused(_("This site answers in JSON only: leave the format out."), status=501)
    width = whole(request.GET.get("maxwidth", "")) or sharing.EMBED_WIDTH
    height = whole(request.GET.get("maxheight", "")) or sharing.EMBED_HEIGHT
    links = sharing.links_of(project, request.build_absolute_uri)
    return _shared(JsonResponse(sharing.oembed_of(project, links, width=width, height=height)))


def _slug_in(request: HttpRequest, url: str) -> str:
    """The project that an address of this site names.

    Raises:
        Missing: it names none, or is another site's.
    """
    try:
        address = urlsplit(url)
        named = resolve(address.path).kwargs
    except (ValueError, Resolver404):
        raise Missing from None
    if address.netloc != request.get_host() or "slug" not in named:
        raise Missing
    return str(named["slug"])


@require_safe
def site_picture(request: HttpRequest) -> HttpResponse:
    """What goes with a link to the site itself: its largest walls."""
    return _png(request, sharing.site_picture(_address(request)))


def _address(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _png(request: HttpRequest, picture: sharing.Picture) -> HttpResponse:
    response: HttpResponse = HttpResponseNotModified()
    if request.headers.get("If-None-Match") != picture.etag:
        response = HttpResponse(picture.body, content_type="image/png")
    response["ETag"] = picture.etag
    return _shared(response)


def _shared(response: HttpResponse) -> HttpResponse:
    """Let everybody keep it, but so shortly that what was hidden is gone within a minute."""
    response["Cache-Control"] = f"public, max-age={PICTURE_SECONDS}"
    return response
