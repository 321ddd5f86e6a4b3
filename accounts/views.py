"""Pages about people, the moderation log, and the demo's one-time links."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries, services
from accounts.forms import AboutForm
from accounts.models import User
from accounts.profiles import parts_for
from common.errors import Forbidden, Missing, Refused
from common.http import AuthedRequest, HttpRequest
from common.toasts import saved

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """What a person says and did; on one's own page the line about oneself can be changed."""
    if request.method == "POST":
        return change_about(request, username)  # type: ignore[arg-type]
    person = queries.person_named(username)
    if person is None:
        raise Missing
    if person.username != username:
        return redirect("profile", person.username, permanent=True)
    form = AboutForm(instance=person) if person == request.user else None
    return _profile(request, person, form)


@login_required
def change_about(request: AuthedRequest, username: str) -> HttpResponse:
    """Change the line about oneself."""
    if username != request.user.username:
        raise Forbidden(_("You can change only your own page."))
    form = AboutForm(request.POST)
    about = request.POST.get("about", "")
    try:
        services.change_about(request.user, about)
    except Refused as refused:
        form.full_clean()
        form.errors.pop("about", None)
        form.add_error("about", refused.message)
        return _profile(request, request.user, form, status=422)
    saved(request, _("Your page was changed."))
    return redirect("profile", request.user.username)


def _profile(
    request: HttpRequest, person: User, form: AboutForm | None, status: int = 200
) -> HttpResponse:
    context = {"person": person, "form": form, "parts": parts_for(person, request.user)}
    return render(request, "accounts/profile.html", context, status=status)


@require_safe
def moderation_log(request: HttpRequest) -> HttpResponse:
    """What moderators did and why, for everybody to read."""
    page, lines = queries.moderation_log(request.user, request.GET.get("page"))
    return render(request, "accounts/moderation_log.html", {"page": page, "lines": lines})


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a link from the demo's terminal.

    Looking shows a button; only pressing it uses the link up, so that a program that fetches the
    address for a preview does no harm.
    """
    if request.method == "POST":
        person = services.use_one_time_link(token)
        login(request, person, backend=MODEL_BACKEND)
        return redirect("home")
    return render(request, "accounts/one_time.html", {"person": services.person_behind(token)})
