"""Only in the demo: signing in by a link from the terminal, and the mail that was not sent."""

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.outbox import last_letters
from common.http import HttpRequest

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


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


@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The last mails of a site without a mail server, for whoever tries it."""
    return render(request, "accounts/outbox.html", {"letters": last_letters()})
