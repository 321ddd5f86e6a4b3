"""What a project shows before lists show it: five things, each counted and each with a place.

A list of projects is a promise to whoever comes: something is there already, it is said what counts
as good, and somebody answers.
"""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.limits import LISTING_EXAMPLES, LISTING_ROWS
from datasets.queries import count_of
from datasets.queries.examples import example_ids
from projects.listing import add_check
from projects.models import Activity, Membership, Project

#: How many maintainers, owners among them, make a project that does not hang on one person.
KEEPERS = 2


class Item(NamedTuple):
    """One thing that a listed project shows.

    Attributes:
        words: what it is, as a phrase.
        have, need: how far it is; ``need`` is None where there is nothing to count.
        url, action: where it is done.
        live: whether ``have`` counts the project's datapoints, which a page follows live.
    """

    key: str
    words: str
    done: bool
    url: str
    action: str
    have: int = 0
    need: int | None = None
    live: bool = False


def checklist(project: Project) -> list[Item]:
    """What the project needs to be listed, in the order in which one comes to it."""
    return [
        _about(project),
        _guidelines(project),
        _rows(project),
        _examples(project),
        _kept(project),
    ]


def lacking(project: Project) -> list[str]:
    """What is still missing, one phrase each: the check that ``projects`` asks."""
    return [_short(item) for item in checklist(project) if not item.done]


def install() -> None:
    """Ask this list before a project becomes public; called once the apps are ready."""
    add_check("data", lacking)


def has_keeper(project: Project) -> bool:
    """Whether two people maintain it, or one who does has said so to everybody."""
    return len(_keepers(project)) >= KEEPERS or _stated(project)


def says_it(project: Project, person_id: int | None) -> bool:
    """Whether this person has said that they look after the project."""
    said = Activity.objects.filter(project=project, kind="looks_after", actor=person_id)
    return person_id is not None and said.exists()


def _about(project: Project) -> Item:
    url = reverse("project_settings", args=[project.slug])
    done = bool(project.pitch.strip() and project.description.strip())
    return Item("about", _("a pitch and a description"), done, url, _("Describe it"))


def _guidelines(project: Project) -> Item:
    url = reverse("project_settings", args=[project.slug]) + "#id_guidelines"
    done = bool(project.guidelines.strip())
    return Item("guidelines", _("guidelines for contributors"), done, url, _("Write them"))


def _rows(project: Project) -> Item:
    url = reverse("contribute", args=[project.slug])
    words = _("%(need)d accepted datapoints") % {"need": LISTING_ROWS}
    have = count_of(project).accepted
    done = have >= LISTING_ROWS
    return Item("rows", words, done, url, _("Add datapoints"), have, LISTING_ROWS, live=True)


def _examples(project: Project) -> Item:
    url = reverse("data", args=[project.slug])
    words = _("%(need)d good examples") % {"need": LISTING_EXAMPLES}
    have = len(example_ids(project))
    done = have >= LISTING_EXAMPLES
    return Item("examples", words, done, url, _("Pick them"), have, LISTING_EXAMPLES)


def _kept(project: Project) -> Item:
    url = reverse("project_members", args=[project.slug])
    words = _("somebody who looks after it")
    return Item("kept", words, has_keeper(project), url, _("Invite a maintainer"))


def _short(item: Item) -> str:
    if item.need is None or not item.have:
        return item.words
    left = item.need - item.have
    words = ngettext("%(words)s (%(left)d more)", "%(words)s (%(left)d more)", left)
    return words % {"words": item.words, "left": left}


def _keepers(project: Project) -> list[int]:
    maintaining = Membership.objects.filter(project=project, role__gte=Membership.Role.MAINTAINER)
    return list(maintaining.order_by().values_list("user", flat=True))


def _stated(project: Project) -> bool:
    # Only of those who still maintain it: whoever left looks after nothing.
    return Activity.objects.filter(
        project=project, kind="looks_after", actor__in=_keepers(project)
    ).exists()
