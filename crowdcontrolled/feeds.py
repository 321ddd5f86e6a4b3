"""Atom feeds: new projects, what happens in one, what one person does.

A reader of feeds is nobody in particular: each shows what everybody may see, to members too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import person_named
from common.errors import Missing
from common.http import HttpRequest
from projects.access import listed_for, project_for
from projects.models import Activity, Project
from projects.queries import line_of
from projects.sentences import ITSELF

MOST = 30
#: How long a copy may be shown: what moderators hide leaves every reader within a minute.
SECONDS = 60
NOBODY = AnonymousUser()
#: A site without projects has had no news since it was first possible.
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)


@require_safe
def projects(request: HttpRequest) -> HttpResponseBase:
    """The projects that were opened last."""
    return _answer(request, ProjectsFeed(request))


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What happened in a project last; one that is not open to everybody looks missing."""
    return _answer(request, ProjectFeed(request), project_for(NOBODY, slug))


@require_safe
def person(request: HttpRequest, username: str) -> HttpResponseBase:
    """What a person did last, in projects that everybody finds."""
    found = person_named(username)
    if found is None:
        raise Missing
    return _answer(request, PersonFeed(request), found)


def _answer(request: HttpRequest, feed: "_Feed", about: object = None) -> HttpResponseBase:
    feed.about = about
    response: HttpResponse = feed(request)
    # By its date a feed would look unchanged from which a moderator took a line away.
    response.headers.pop("Last-Modified", None)
    response["ETag"] = f'"{sha256(response.content).hexdigest()}"'
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    return get_conditional_response(request, response["ETag"], response=response) or response


class _Atom(Atom1Feed):
    """A feed without entries is as old as what it is about, not as new as the request."""

    def latest_post_date(self) -> datetime:
        since: datetime = self.feed["since"]
        return max((item["updateddate"] for item in self.items), default=since)


class _Feed(Feed):  # type: ignore[type-arg]
    """What the three have in common: one for each request, Atom, bounded, lasting identities."""

    feed_type = _Atom
    about: Any = None

    def __init__(self, request: HttpRequest) -> None:
        self.host = request.get_host().partition(":")[0]

    def get_object(self, request: DjangoRequest, *args: Any, **kwargs: Any) -> Any:
        return self.about

    def feed_extra_kwargs(self, obj: Any) -> dict[str, Any]:
        return {"since": self.since(obj)}

    def since(self, about: Any) -> datetime:
        """How old the feed is when there is nothing in it."""
        raise NotImplementedError

    def identity(self, kind: str, number: int, day: datetime) -> str:
        """A tag URI (RFC 4151): the same for ever, whatever the thing is called."""
        return f"tag:{self.host},{day:%Y-%m-%d}:{kind}:{number}"


class ProjectsFeed(_Feed):
    """The projects that were opened last."""

    link = "/projects/"

    def title(self) -> str:
        return _("New projects · CrowdControlled")

    def subtitle(self) -> str:
        return _("Projects that anybody can add to, the newest first.")

    def feed_guid(self) -> str:
        return f"tag:{self.host},2026-11-01:projects"

    def since(self, about: Any) -> datetime:
        return EPOCH

    def items(self) -> Sequence[Project]:
        found = listed_for(NOBODY).select_related("creator")
        return list(found.order_by("-published", "-id")[:MOST])

    def item_title(self, item: Project) -> str:
        return item.name

    def item_description(self, item: Project) -> str:
        return item.pitch

    def item_link(self, item: Project) -> str:
        return reverse("project", args=[item.slug])

    def item_guid(self, item: Project) -> str:
        return self.identity("project", item.pk, item.created)

    def item_author_name(self, item: Project) -> str:
        return item.creator.username

    def item_pubdate(self, item: Project) -> datetime:
        return item.published or item.created

    def item_updateddate(self, item: Project) -> datetime:
        return item.published or item.created

    def item_categories(self, item: Project) -> list[str]:
        return [item.task]


class _ActivityFeed(_Feed):
    """Lines of activity as they stand on the pages."""

    def item_title(self, item: Activity) -> str:
        line = line_of(item)
        return f"{line.who} {line.text}"

    def item_description(self, item: Activity) -> str:
        return item.project.name

    def item_link(self, item: Activity) -> str:
        return reverse("project", args=[item.project.slug])

    def item_guid(self, item: Activity) -> str:
        return self.identity("activity", item.pk, item.created)

    def item_author_name(self, item: Activity) -> str:
        return line_of(item).who

    def item_pubdate(self, item: Activity) -> datetime:
        return item.created

    def item_updateddate(self, item: Activity) -> datetime:
        return item.created


class ProjectFeed(_ActivityFeed):
    """What happened in a project last."""

    def since(self, about: Project) -> datetime:
        return about.published or about.created

    def title(self, found: Project) -> str:
        return _("%(project)s · CrowdControlled") % {"project": found.name}

    def subtitle(self, found: Project) -> str:
        return found.pitch

    def link(self, found: Project) -> str:
        return reverse("project", args=[found.slug])

    def feed_guid(self, found: Project) -> str:
        return self.identity("project", found.pk, found.created)

    def items(self, found: Project) -> Sequence[Activity]:
        lines = Activity.objects.filter(project=found)
        return list(lines.select_related("project", "actor")[:MOST])


class PersonFeed(_ActivityFeed):
    """What a person did last, in projects that everybody finds."""

    def since(self, about: User) -> datetime:
        return about.date_joined

    def title(self, found: User) -> str:
        return _("%(person)s · CrowdControlled") % {"person": found.username}

    def subtitle(self, found: User) -> str:
        return found.about

    def link(self, found: User) -> str:
        return reverse("profile", args=[found.username])

    def feed_guid(self, found: User) -> str:
        return self.identity("person", found.pk, found.date_joined)

    def items(self, found: User) -> Sequence[Activity]:
        seen = listed_for(NOBODY).order_by().values("pk")
        lines = Activity.objects.filter(actor=found, project__in=seen).exclude(kind__in=ITSELF)
        return list(lines.select_related("project", "actor")[:MOST])
