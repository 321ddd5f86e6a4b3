"""How a person signs in, and where they are signed in."""

from allauth.account import app_settings
from allauth.account.internal.flows.logout import logout
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.reauthentication import confirm, confirmed
from accounts.second_factor import codes_left, has_second_factor, must_have_one
from accounts.sessions import is_here, places_of
from common.http import AuthedRequest
from common.toasts import saved


@login_required
@require_safe
def security(request: AuthedRequest) -> HttpResponse:
    """Everything that opens the account, with its state and the way to change it."""
    user = request.user
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "section": "security",
        "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
        "verifies": app_settings.EMAIL_VERIFICATION
        == app_settings.EmailVerificationMethod.MANDATORY,
        "app": Authenticator.Type.TOTP in kinds,
        "keys": kinds.count(Authenticator.Type.WEBAUTHN),
        "factor": has_second_factor(user),
        "codes": codes_left(user),
        "must": must_have_one(user),
        "places": len(places_of(user, request.session.session_key)),
        "providers": settings.PROVIDERS,
        "connected": SocialAccount.objects.filter(user=user).count(),
    }
    return render(request, "accounts/security.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: AuthedRequest) -> HttpResponse:
    """Where the person is signed in; POST signs out everywhere else."""
    key = request.session.session_key
    if request.method == "POST":
        confirm(request)
        ended = services.end_other_places(request.user, key)
        said = ngettext(
            "You were signed out in %(count)d place.",
            "You were signed out in %(count)d places.",
            ended,
        )
        saved(request, said % {"count": ended})
        return redirect("settings_sessions")
    context = {"section": "security", "places": places_of(request.user, key)}
    return render(request, "accounts/sessions.html", context)


@login_required
@require_POST
@confirmed
def session_end(request: AuthedRequest, pk: int) -> HttpResponse:
    """Sign out in one place; in this one it is as signing out."""
    if is_here(pk, request.session.session_key):
        logout(request)
        return redirect("home")
    services.end_place(request.user, pk)
    saved(request, _("You were signed out there."))
    return redirect("settings_sessions")
