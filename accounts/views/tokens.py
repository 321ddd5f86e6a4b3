"""Tokens for programs: listing, making, taking back."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tokens
from accounts.forms import TokenForm
from accounts.reauthentication import confirmed
from common.errors import Refused
from common.http import AuthedRequest
from common.toasts import saved


@login_required
@require_safe
def token_list(request: AuthedRequest) -> HttpResponse:
    """The person's tokens that still work, without their secrets."""
    context = {"section": "tokens", "tokens": tokens.living(request.user)}
    return render(request, "accounts/tokens.html", context)


@never_cache
@sensitive_variables("made")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@confirmed
def token_new(request: AuthedRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    if request.method != "POST":
        return _form(request, TokenForm(initial={"idempotency_key": uuid.uuid4().hex}))
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    said = form.cleaned_data
    try:
        made = tokens.issue(
            request.user,
            name=said["name"],
            scopes=said["scopes"],
            days=said["days"],
            key=said["idempotency_key"],
        )
    except Refused as refused:
        if refused.status == 429:
            raise
        form.add_error(refused.field, refused.message)
        return _form(request, form, status=422)
    return render(request, "accounts/token_made.html", {"section": "tokens", "made": made})


@login_required
@require_POST
def token_revoke(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take a token back. Nobody is asked to confirm: this only ever closes a door."""
    token = tokens.revoke(request.user, pk)
    saved(request, _("The token “%(name)s” works no more.") % {"name": token.name})
    return redirect("settings_tokens")


def _form(request: AuthedRequest, form: TokenForm, status: int = 200) -> HttpResponse:
    context = {"section": "tokens", "form": form}
    return render(request, "accounts/token_new.html", context, status=status)
