"""The list of projects."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.http import HttpRequest
from projects import browsing
from projects.browsing import Counted, Wish
from projects.cards import cards_for
from projects.forms import ListForm
from projects.models import Project

#: No address needs more; longer ones are read so far.
CURSOR_CHARACTERS = 80


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Every project that the reader may find, as the address wishes."""
    form = ListForm(request.GET, member=request.user.is_authenticated)
    wish = form.wish()
    found = browsing.wished(request.user, wish)
    before, after = (request.GET.get(name, "")[:CURSOR_CHARACTERS] for name in ("before", "after"))
    page = browsing.page_of(found, wish.sort, before=before, after=after)
    context = {
        "form": form,
        "wish": wish,
        "cards": cards_for(page.projects),
        "total": found.count(),
        "chips": chips(wish),
        "tags": offers(wish, browsing.tags_of(found)),
        "tasks": browsing.tasks_of(browsing.wished(request.user, wish._replace(task=""))),
        "newer_url": wish.address(before=page.before) if page.before else None,
        "older_url": wish.address(after=page.after) if page.after else None,
    }
    return render(request, "projects/list.html", context)


def chips(wish: Wish) -> list[dict[str, Any]]:
    """What narrows the list, each with the address of the list without it."""
    said = {
        "q": f"“{wish.q}”",
        "tag": f"#{wish.tag}",
        "task": dict(Project.Task.choices).get(wish.task, ""),
        "licence": wish.licence,
        "show": {browsing.MINE: _("mine"), browsing.FOLLOWED: _("followed")}.get(wish.show, ""),
        "needs": _("needs data"),
    }
    return [
        {"words": words, "url": wish.address(**{name: ""})}
        for name, words in said.items()
        if getattr(wish, name)
    ]


def offers(wish: Wish, tags: list[Counted]) -> list[dict[str, Any]]:
    """The tags that would narrow the list further, with how many projects they leave."""
    return [
        {"slug": tag.value, "count": tag.count, "url": wish.address(tag=tag.value)}
        for tag in tags
        if tag.value != wish.tag
    ]
