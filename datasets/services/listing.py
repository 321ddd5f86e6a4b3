"""From a project that whoever has the link finds to one that everybody finds."""

from django.db import transaction

from accounts.models import User
from datasets.listing import says_it
from projects import services as projects
from projects.access import Right, guarded
from projects.models import Project


def list_project(project: Project, actor: User) -> Project:
    """Let lists and the home page show a project; doing it twice does it once.

    Raises:
        Forbidden: the actor is no owner.
        Refused: it is a draft, or something of ``datasets.listing.checklist`` is missing; the
            sentence names all of it.
    """
    return projects.list_publicly(project, actor)


def look_after(project: Project, actor: User) -> None:
    """Say in the project's feed that the actor looks after it; doing it twice does it once.

    Raises:
        Forbidden: the actor is no maintainer.
    """
    with transaction.atomic():
        # Of two presses at once the second waits here and finds the first one's line.
        project = Project.objects.select_for_update().get(pk=project.pk)
        guarded(actor, project, at_least=Right.MAINTAIN)
        if not says_it(project, actor.pk):
            projects.record_activity(project=project, actor=actor, kind="looks_after", payload={})
