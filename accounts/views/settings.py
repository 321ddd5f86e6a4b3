"""A person's settings: the first page, what others see, whom they follow, their data, leaving."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import leaving, services, tokens
from accounts.following import followed_by
from accounts.forms import CloseForm, PreferencesForm
from accounts.languages import remember
from accounts.my_data import data_of
from accounts.reauthentication import confirmed
from accounts.second_factor import has_second_factor, must_have_one
from common.errors import Refused
from common.http import AuthedRequest
from common.limits import SETTINGS_PER_MINUTE
from common.ratelimit import spend
from common.toasts import saved

PEOPLE_PAGE = 50


@login_required
@require_safe
def index(request: AuthedRequest) -> HttpResponse:
    """What can be set, and how it stands."""
    user = request.user
    context = {
        "section": "index",
        "factor": has_second_factor(user),
        "must": must_have_one(user),
        "tokens": tokens.living(user).count(),
        "followed": followed_by(user).count(),
    }
    return render(request, "accounts/settings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: AuthedRequest) -> HttpResponse:
    """What others see of a person, and how the site behaves for them."""
    if request.method != "POST":
        return _preferences(request, PreferencesForm.of(request.user))
    spend("settings", request.user.pk, limit=SETTINGS_PER_MINUTE, seconds=60)
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _preferences(request, form, status=422)
    said = {"language": request.user.language, **form.cleaned_data}
    try:
        services.change_preferences(request.user, **said)
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return _preferences(request, form, status=422)
    saved(request, _("Your settings were saved."))
    response = redirect("settings_profile")
    if "language" in form.cleaned_data:
        remember(response, said["language"])
    return response


def _preferences(request: AuthedRequest, form: PreferencesForm, status: int = 200) -> HttpResponse:
    context = {"section": "profile", "form": form}
    return render(request, "accounts/preferences.html", context, status=status)


@login_required
@require_safe
def following(request: AuthedRequest) -> HttpResponse:
    """Whom the person follows."""
    page = Paginator(followed_by(request.user), PEOPLE_PAGE).get_page(request.GET.get("page"))
    context = {"section": "following", "page": page, "people": page.object_list}
    return render(request, "accounts/following.html", context)


@login_required
@require_safe
def my_data(request: AuthedRequest) -> HttpResponse:
    """What the site keeps about the person, and how to take it along."""
    return render(request, "accounts/my_data.html", {"section": "data"})


@never_cache
@login_required
@require_safe
def my_data_file(request: AuthedRequest) -> HttpResponse:
    """The account's data as one JSON file."""
    spend("my-data", request.user.pk, limit=SETTINGS_PER_MINUTE, seconds=60)
    name = f"{request.user.username}-{timezone.now():%Y-%m-%d}.json"
    return JsonResponse(
        data_of(request.user),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@confirmed
def close(request: AuthedRequest) -> HttpResponse:
    """Close one's own account, after saying what becomes of what one gave."""
    user = request.user
    form = CloseForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        name = leaving.close_account(user, withdraw=form.cleaned_data["rows"] == CloseForm.WITHDRAW)
        request.session.flush()
        said = _("Your account is closed. What you left behind is credited to %(name)s.")
        saved(request, said % {"name": name})
        return redirect("home")
    context = {"section": "close", "form": form, "warnings": leaving.warnings_for(user)}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/close.html", context, status=status)
