"""A person's projects on their page."""

from typing import Any

from accounts.models import User
from accounts.profiles import add_part
from projects.access import Person, listed_for
from projects.models import Membership

MOST = 24


def projects_of(person: User, reader: Person) -> dict[str, Any] | None:
    """The memberships that the reader may know of, or None when there are none."""
    visible = listed_for(reader).order_by().values("pk")
    found = Membership.objects.filter(user=person, project__in=visible).select_related("project")
    memberships = list(found[:MOST])
    return {"memberships": memberships} if memberships else None


def install() -> None:
    """Register the part; called once the apps are ready."""
    add_part("projects", "projects/_profile.html", projects_of)
