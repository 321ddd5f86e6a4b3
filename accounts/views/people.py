"""Pages about people, following them, and the moderation log."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import following, queries
from accounts.models import User
from accounts.profiles import parts_for
from common.errors import Missing
from common.http import AuthedRequest, HttpRequest
from common.toasts import saved


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """What a person says and did; on one's own page the way to change it."""
    person = queries.person_named(username)
    if person is None:
        return former(request, username)
    if person.username != username:
        return redirect("profile", person.username, permanent=True)
    reader = request.user
    context = {
        "person": person,
        "own": person == reader,
        "parts": parts_for(person, reader),
        "counts": following.counts_of(person),
        "follows": isinstance(reader, User) and following.follows(reader, person),
    }
    return render(request, "accounts/profile.html", context)


def former(request: HttpRequest, username: str) -> HttpResponse:
    """The page of a closed account, to which the credits of datapoints lead.

    Raises:
        Missing: there is no such account; a suspended person's is none.
    """
    closed = queries.closed_account_named(username)
    if closed is None:
        raise Missing
    return render(request, "accounts/former.html", {"person": closed})


@login_required
@require_POST
def person_follow(request: AuthedRequest, username: str) -> HttpResponse:
    """Hear of the person from now on."""
    person = _active(username)
    following.follow(request.user, person)
    saved(request, _("You follow %(name)s.") % {"name": person.username})
    return _back(request, person)


@login_required
@require_POST
def person_unfollow(request: AuthedRequest, username: str) -> HttpResponse:
    """Hear of the person no more."""
    person = _active(username)
    following.unfollow(request.user, person)
    saved(request, _("You do not follow %(name)s any more.") % {"name": person.username})
    return _back(request, person)


def _active(username: str) -> User:
    person = queries.person_named(username)
    if person is None:
        raise Missing
    return person


def _back(request: AuthedRequest, person: User) -> HttpResponse:
    """To the list of followed people, when the button stood there; else to the person's page."""
    if request.POST.get("back") == "settings":
        return redirect("settings_following")
    return redirect("profile", person.username)


@require_safe
def moderation_log(request: HttpRequest) -> HttpResponse:
    """What moderators did and why, for everybody to read."""
    page, lines = queries.moderation_log(request.user, request.GET.get("page"))
    return render(request, "accounts/moderation_log.html", {"page": page, "lines": lines})
