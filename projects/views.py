"""The pages of one project's settings and members."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.reauthentication import confirm
from common.errors import Refused
from common.http import AuthedRequest
from common.toasts import saved
from projects import services
from projects.access import Right, project_for
from projects.cards import counts_of
from projects.forms import SettingsForm
from projects.models import Project


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_settings(request: AuthedRequest, slug: str) -> HttpResponse:
    """Change what the project says about itself."""
    project = project_for(request.user, slug, at_least=Right.MAINTAIN)
    owner = project.may >= Right.OWN
    if request.method != "POST":
        return _settings(request, project, SettingsForm(instance=project, owner=owner))
    form = SettingsForm(request.POST, instance=project, owner=owner)
    if not form.is_valid():
        return _settings(request, project, form, status=422)
    if "visibility" in form.changed_data:
        confirm(request)
    try:
        services.update_project(project, actor=request.user, **form.basics())
    except Refused as refused:
        if refused.field is None:
            raise
        form.add_error(refused.field, refused.message)
        return _settings(request, project, form, status=422)
    saved(request, _("The settings were saved."))
    return redirect("project_settings", slug)


def _settings(
    request: AuthedRequest, project: Project, form: SettingsForm, status: int = 200
) -> HttpResponse:
    context = {"project": project, "tab": "settings", "form": form, **counts_of(project)}
    return render(request, "projects/settings.html", context, status=status)
