"""Picking good examples from the table and from a row's page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import toasts
from common.http import AuthedRequest
from datasets import services
from projects.access import Right, project_for


@require_POST
@login_required
def add(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Show this row to contributors as a good one."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    services.add_example(project, request.user, pk)
    toasts.saved(request, _("A good example now: whoever contributes sees it."))
    return back(request, slug, pk)


@require_POST
@login_required
def remove(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Show this row to contributors no longer."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    services.remove_example(project, request.user, pk)
    toasts.saved(request, _("No longer among the good examples."))
    return back(request, slug, pk)


def back(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """To the page of the table that the button stood on, or to the row."""
    asked = request.POST.get("back", "")
    here = {request.get_host()}
    if url_has_allowed_host_and_scheme(asked, here, require_https=request.is_secure()):
        return redirect(f"{asked}#row-{pk}")
    return redirect(reverse("row", args=[slug, pk]))
