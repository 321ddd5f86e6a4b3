"""What partials about sharing and listing read by themselves: pages of lower apps include them."""

from typing import Any, NamedTuple

from django import template
from django.urls import reverse

from datasets import listing, queries
from datasets import sharing as shared
from datasets.queries.listing import ShownRow
from projects.models import Project

register = template.Library()


class Listing(NamedTuple):
    """How far a project is from being listed.

    Attributes:
        said: whether the reader has said that they look after it.
    """

    items: list[listing.Item]
    left: int
    said: bool


@register.simple_tag
def examples_of(project: Project) -> list[ShownRow]:
    """``{% examples_of project as examples %}``: the rows that count as good ones."""
    return queries.examples_of(project)


@register.simple_tag
def example_ids_of(project: Project) -> set[int]:
    """``{% example_ids_of project as picked %}``: their ids."""
    return queries.example_ids(project)


@register.simple_tag(takes_context=True)
def listing_of(context: template.Context, project: Project) -> Listing:
    """``{% listing_of project as listing %}``: what it needs to be listed."""
    items = listing.checklist(project)
    person = context["request"].user
    return Listing(items, sum(not item.done for item in items), listing.says_it(project, person.pk))


@register.simple_tag(takes_context=True)
def links_of(context: template.Context, project: Project) -> shared.Links | None:
    """``{% links_of project as links %}``: absolute addresses, None when strangers see nothing."""
    if not shared.is_shareable(project):
        return None
    return shared.links_of(project, context["request"].build_absolute_uri)


@register.simple_tag(takes_context=True)
def canonical(context: template.Context) -> str:
    """``{% canonical %}``: this page's address without its query."""
    request: Any = context["request"]
    return str(request.build_absolute_uri(request.path))


@register.simple_tag(takes_context=True)
def absolute(context: template.Context, name: str) -> str:
    """``{% absolute "home" %}``: a route's address with scheme and host."""
    return str(context["request"].build_absolute_uri(reverse(name)))
