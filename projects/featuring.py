"""The editors' pick: one project a day may be put first on the home page, with a sentence why."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Forbidden, Refused
from common.text import clean_name
from projects.finding import is_open
from projects.models import Feature, Project

SENTENCE_CHARACTERS = 200


def feature(project: Project, *, day: date, sentence: str, picked_by: User) -> Feature:
    """Put the project first on the home page from that day on, until the next pick.

    Raises:
        Forbidden: whoever picks is no moderator.
        Refused: the project is not for everybody, the sentence is empty or too long, or that day
            has its pick (``field`` says which).
    """
    if not picked_by.is_moderator:
        raise Forbidden(_("Only moderators may do this."))
    said = fitting(sentence)
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        check_project(project)
        try:
            with transaction.atomic():
                return Feature.objects.create(
                    project=project, day=day, sentence=said, picked_by=picked_by
                )
        except IntegrityError:
            taken = _("%(day)s has its pick already: take another day.")
            raise Refused(taken % {"day": day.isoformat()}, field="day", status=409) from None


def check_project(project: Project) -> None:
    """Refuse what the home page could not show to everybody.

    Raises:
        Refused: the project is a draft, hidden, or not public.
    """
    if not is_open(project) or project.hidden:
        said = _("Only a published, public project that is not hidden can be featured.")
        raise Refused(said, field="project")


def fitting(sentence: str) -> str:
    """The sentence, cleaned.

    Raises:
        Refused: nothing is left of it, or it is too long.
    """
    said = clean_name(sentence, most=10 * SENTENCE_CHARACTERS)
    if not said:
        raise Refused(_("Say in one sentence why."), field="sentence")
    if len(said) > SENTENCE_CHARACTERS:
        refusal = _("This text has %(length)d characters; the most is %(most)d. Shorten it.")
        parts = {"length": len(said), "most": SENTENCE_CHARACTERS}
        raise Refused(refusal % parts, field="sentence")
    return said


def featured() -> Feature | None:
    """The newest pick whose day has come and whose project everybody may see; one query."""
    shown = Feature.objects.filter(
        day__lte=timezone.now().date(),
        project__state=Project.State.PUBLISHED,
        project__visibility=Project.Visibility.PUBLIC,
        project__hidden=False,
    )
    return shown.select_related("project", "picked_by").first()
