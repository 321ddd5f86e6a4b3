"""The search page: projects, people and models that have the words somebody typed."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.finding import PERSON
from accounts.models import User
from common.http import HttpRequest
from projects import browsing
from projects.access import Person, listed_for
from projects.cards import cards_for
from projects.finding import PROJECT, circles_of
from search.marks import marked, snippet
from search.queries import IN_TEXT, Answers, Found, Place, search
from search.words import Asked, asked
from training.finding import MODEL
from training.models import TrainedModel
from training.queries import main_metric
from training.showing import shown_score, trainer_of

#: Answers of each kind beside the others, and on a page of their own.
FEW, MANY = 6, 24
SUGGESTED = 3
CURSOR_CHARACTERS = 80


class Hit(NamedTuple):
    """One answer, ready to be shown."""

    title: SafeString
    text: SafeString
    thing: Any


class Section(NamedTuple):
    """The answers of one kind."""

    kind: str
    label: str | Promise
    hits: list[Hit]
    #: Whether nothing had the words, and these are only spelt alike.
    alike: bool
    #: The address of the answers behind the last one.
    more_url: str | None


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What was found of each kind, or all of one kind page by page."""
    wanted = asked(request.GET.get("q", ""))
    only = request.GET.get("kind", "")
    sections = _sections(request, wanted, only if only in KINDS else "")
    context = {
        "asked": wanted,
        "only": only if only in KINDS else "",
        "sections": [section for section in sections if section.hits],
        "suggested": [] if any(section.hits for section in sections) else suggested(request.user),
    }
    return render(request, "crowdcontrolled/search.html", context)


def suggested(reader: Person) -> list[Any]:
    """Three projects for somebody who found nothing: where most is going on."""
    found = browsing.page_of(listed_for(reader), browsing.TRENDING, limit=SUGGESTED)
    return cards_for(found.projects)


def _sections(request: HttpRequest, wanted: Asked, only: str) -> list[Section]:
    if not wanted.words:
        return []
    also = circles_of(request.user.pk)
    after = _place(request.GET.get("after", "")[:CURSOR_CHARACTERS]) if only else None
    return [
        _section(
            request.user,
            kind,
            wanted,
            search(wanted, kinds=[kind], also=also, limit=MANY if only else FEW, after=after),
        )
        for kind in ([only] if only else KINDS)
    ]


def _section(reader: Person, kind: str, wanted: Asked, answers: Answers) -> Section:
    label, things_of = KINDS[kind]
    things = things_of(reader, [found.object_id for found in answers.found])
    hits = [
        Hit(marked(found.title, wanted), _text(found, wanted), things[found.object_id])
        for found in answers.found
        if found.object_id in things
    ]
    more = _address(wanted, kind, answers.found[-1]) if answers.more else None
    return Section(kind, label, hits, answers.alike, more)


def _text(found: Found, wanted: Asked) -> SafeString:
    """The first line where the name was meant; else the part that has the words."""
    text = found.body if found.place[0] == IN_TEXT else found.body.partition("\n")[0]
    return snippet(text, wanted)


def _projects(reader: Person, ids: Iterable[int]) -> dict[int, Any]:
    # The index says what is alike, never who may see it: the reader's own right decides.
    found = listed_for(reader).filter(pk__in=list(ids), hidden=False)
    return {card.project.pk: card for card in cards_for(list(found))}


def _people(reader: Person, ids: Iterable[int]) -> dict[int, Any]:
    return User.objects.filter(is_active=True).in_bulk(list(ids))


def _models(reader: Person, ids: Iterable[int]) -> dict[int, Any]:
    seen = listed_for(reader).filter(hidden=False).order_by().values("pk")
    found = TrainedModel.objects.filter(
        pk__in=list(ids), hidden=False, run__hidden=False, project__in=seen
    ).select_related("run", "run__user", "project")
    return {model.pk: (model, _score(model), trainer_of(model.run)) for model in found}


def _score(model: TrainedModel) -> str:
    metric = main_metric(model.project)
    return shown_score(metric.key, model.run.score)


def _address(wanted: Asked, kind: str, last: Found) -> str:
    tier, weight, number = last.place
    after = f"{tier}_{weight!r}_{number}"
    return "?" + urlencode({"q": wanted.text, "kind": kind, "after": after})


def _place(text: str) -> Place | None:
    """The place that an address names; None for the beginning, also when it makes no sense."""
    try:
        tier, weight, number = text.split("_")
        place = int(tier), float(weight), int(number)
    except ValueError:
        return None
    sensible = 0 <= place[0] < 10 and abs(place[1]) < 1e300 and 0 <= place[2] < 2**63
    return place if sensible else None


#: A reader and numbers → the things that the reader may see, by number.
Things = Callable[[Person, Iterable[int]], dict[int, Any]]

KINDS: dict[str, tuple[str | Promise, Things]] = {
    PROJECT: (_("Projects"), _projects),
    PERSON: (_("People"), _people),
    MODEL: (_("Models"), _models),
}
