"""What the search finds of projects. What else belongs to a project follows it: ``add_follower``.

A project is the circle of everything in it: members find it though it is not public, and while it
is hidden nobody finds anything of it.
"""

from collections.abc import Callable, Iterable, Iterator
from html import unescape

from django.utils.html import strip_tags

from projects.models import Membership, Project
from search import services as index
from search.sources import Entry, add_source

PROJECT = "project"

#: A project → what can be found of an upper app's things in it. Called when its name changed.
Follower = Callable[[Project], Iterable[Entry]]

_followers: list[Follower] = []


def add_follower(entries: Follower) -> None:
    """Have the things of a project written anew when its name changes."""
    if entries not in _followers:
        _followers.append(entries)


def note_project(project: Project, *, renamed: bool = False) -> None:
    """Tell the search what is true of the project now, in the transaction of the change."""
    index.put(entry_of(project))
    for entries in _followers if renamed else ():
        index.put_many(entries(project))
    note_sight(project)


def note_sight(project: Project) -> None:
    """Tell the search only who may find the project and what belongs to it."""
    index.open_circle(project.pk, public=is_open(project), shown=not project.hidden)


def is_open(project: Project) -> bool:
    """Whether everybody may find it; a moderator's hiding is another matter."""
    return project.is_published and project.visibility == Project.Visibility.PUBLIC


def circles_of(user_id: int | None) -> list[int]:
    """The projects that the person belongs to: what ``search.queries.search`` takes as ``also``."""
    if user_id is None:
        return []
    found = Membership.objects.filter(user=user_id).order_by()
    return list(found.values_list("project", flat=True))


def entry_of(project: Project) -> Entry:
    """What the index says about a project."""
    tags = " ".join(tag.slug for tag in project.tags.all())
    about = unescape(strip_tags(project.description_html))
    return Entry(
        PROJECT,
        project.pk,
        project.name,
        "\n".join(part for part in (project.pitch, tags, about) if part),
        public=is_open(project),
        circle=project.pk,
        shown=not project.hidden,
    )


def entries() -> Iterator[Entry]:
    """Every project."""
    found = Project.objects.order_by("pk").prefetch_related("tags")
    return map(entry_of, found.iterator(chunk_size=200))


def install() -> None:
    """Register the source; called once the apps are ready."""
    add_source(PROJECT, entries)
