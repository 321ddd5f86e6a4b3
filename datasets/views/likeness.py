"""Whether a datapoint like the one being filled in is there already."""

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from common.http import HttpRequest
from common.limits import LIKENESS_PER_MINUTE
from common.ratelimit import spend
from datasets.forms import datapoint_form
from datasets.likeness import find_like
from datasets.models import Field
from datasets.queries import typed_fields
from projects.access import project_for


@require_POST
def contribute_like(request: HttpRequest, slug: str) -> HttpResponse:
    """The row that is most like what was filled in; nothing while the form is incomplete."""
    project = project_for(request.user, slug)
    spend("likeness", asker(request), limit=LIKENESS_PER_MINUTE, seconds=60)
    fields = typed_fields(project)
    features = [field for field, _type in fields if field.role == Field.Role.FEATURE]
    form = datapoint_form(project, fields=features, data=request.POST, files=request.FILES)
    like = find_like(project, fields, form.values()) if features and form.is_valid() else None
    return render(request, "datasets/_like.html", {"project": project, "like": like})


def asker(request: HttpRequest) -> str:
    """Whom a limit counts: the person, or the address of somebody not signed in."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"address {get_adapter(request).get_client_ip(request)}"
