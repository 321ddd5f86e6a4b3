"""The two acts by which a project comes onto the lists."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import toasts
from common.http import AuthedRequest
from datasets import services
from projects.access import Right, project_for


@require_POST
@login_required
def list_project(request: AuthedRequest, slug: str) -> HttpResponse:
    """Let everybody find the project; what it lacks is said when it does."""
    project = project_for(request.user, slug, at_least=Right.OWN)
    services.list_project(project, request.user)
    toasts.saved(request, _("Listed: everybody finds the project now."))
    return redirect("project", slug=project.slug)


@require_POST
@login_required
def look_after(request: AuthedRequest, slug: str) -> HttpResponse:
    """Say to everybody that one looks after the project."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    services.look_after(project, request.user)
    toasts.saved(request, _("Said. The project's feed shows it."))
    return redirect("project", slug=project.slug)
