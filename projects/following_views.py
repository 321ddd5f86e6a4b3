"""Following a project and stopping."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.http import AuthedRequest
from common.toasts import saved
from projects import following
from projects.access import Right, project_for

#: The tabs of a project's page that are routes of their own, by name.
TABS = frozenset({"data", "contribute", "train", "models", "chat"})


@require_POST
@login_required
def project_follow(request: AuthedRequest, slug: str) -> HttpResponse:
    """Hear of the project from now on."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    following.follow(project, request.user)
    saved(request, _("You follow %(name)s.") % {"name": project.name})
    return _back(request, slug)


@require_POST
@login_required
def project_unfollow(request: AuthedRequest, slug: str) -> HttpResponse:
    """Hear of the project no more."""
    project = project_for(request.user, slug, at_least=Right.PARTICIPATE)
    following.unfollow(project, request.user)
    saved(request, _("You do not follow %(name)s any more.") % {"name": project.name})
    return _back(request, slug)


def _back(request: AuthedRequest, slug: str) -> HttpResponse:
    """To the tab on which the button was pressed."""
    tab = request.POST.get("tab", "")
    return redirect(tab if tab in TABS else "project", slug)
