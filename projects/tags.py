"""Tags: at most five words under which a project is found, written as slugs."""

import re
from collections.abc import Iterable

from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import TAGS_PER_PROJECT
from common.text import clean_name
from projects.models import Project, Tag

LONGEST = 30
#: Longer than five tags can be in any spelling; it is refused unread.
MOST_CHARACTERS = 1_000
_BETWEEN = re.compile(r"[,;#\s]+")


def read_tags(text: str) -> list[str]:
    """The tags that somebody typed, with commas or blanks between them, each once.

    Raises:
        Refused: there are more than five, or one has no letter or is too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise _refused(_("This is too long for a list of tags. Write at most five short words."))
    slugs = [_slug(word) for word in _BETWEEN.split(clean_name(text, MOST_CHARACTERS)) if word]
    tags = list(dict.fromkeys(slugs))
    if len(tags) > TAGS_PER_PROJECT:
        raise _refused(
            _("These are %(count)d tags; the most is %(most)d. Keep the ones people look for.")
            % {"count": len(tags), "most": TAGS_PER_PROJECT}
        )
    return tags


def set_tags(project: Project, slugs: Iterable[str]) -> None:
    """Give the project these tags and no others; one that nobody used before is made."""
    wanted = list(slugs)
    Tag.objects.bulk_create([Tag(slug=slug) for slug in wanted], ignore_conflicts=True)
    project.tags.set(Tag.objects.filter(slug__in=wanted))


def written(project: Project) -> str:
    """The project's tags as its settings show them."""
    return ", ".join(tag.slug for tag in project.tags.all())


def _slug(word: str) -> str:
    slug = slugify(word, allow_unicode=True).strip("-_")
    if not slug:
        raise _refused(
            _("“%(word)s” has no letter or digit: a tag needs one.") % {"word": word[:LONGEST]}
        )
    if len(slug) > LONGEST:
        raise _refused(
            _("“%(word)s…” has %(length)d characters; a tag has at most %(most)d.")
            % {"word": slug[:LONGEST], "length": len(slug), "most": LONGEST}
        )
    return slug


def _refused(message: str) -> Refused:
    return Refused(message, field="tags")
