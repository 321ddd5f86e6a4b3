"""What people do with projects: they write, and they alone tell the open windows."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Forbidden, Refused
from common.limits import GUIDELINES_CHARACTERS, PROJECTS_PER_PERSON_PER_DAY
from common.text import clean_name, clean_text, markdown
from live.publish import Publication, publish_all, rights_changed
from projects.access import Right, guarded
from projects.finding import note_project, note_sight
from projects.licences import may_follow
from projects.listing import lacking
from projects.live import topic_of
from projects.models import COLOURS, Activity, Membership, Project
from projects.noting import note_event as note_event
from projects.noting import note_events as note_events
from projects.queries import told
from projects.sentences import SENTENCES
from projects.tags import read_tags, set_tags

#: Room for a suffix such as ``-12345`` in the 60 characters of a slug.
SLUG_STEM = 48
SLUG_TRIES = 50
DESCRIPTION_CHARACTERS = 10_000


def create_project(
    *,
    creator: User,
    name: str,
    pitch: str,
    description: str,
    goal: int | None,
    task: str,
    licence: str,
    visibility: str,
    tags: str = "",
) -> Project:
    """Make a draft; its creator owns it. A taken address gets a suffix silently.

    ``tags`` is what somebody typed: up to five words.

    Raises:
        Refused: a value does not fit (``field`` says which), or too many projects today.
    """
    _spend_daily_project(creator)
    project = Project(
        creator=creator, task=task, licence=licence, visibility=visibility, colour=_rare_colour()
    )
    _write_texts(project, name=name, pitch=pitch, description=description, goal=goal)
    slugs = read_tags(tags)
    with transaction.atomic():
        _insert(project)
        Membership.objects.create(project=project, user=creator, role=Membership.Role.OWNER)
        set_tags(project, slugs)
        note_project(project)
    return project


def update_project(
    project: Project,
    *,
    actor: User,
    name: str,
    pitch: str,
    description: str,
    goal: int | None,
    licence: str,
    visibility: str,
    guidelines: str | None = None,
    tags: str | None = None,
) -> Project:
    """Change what a project says about itself; its address and its task stay.

    ``guidelines`` is Markdown and ``tags`` up to five words; None leaves them as they are.

    Raises:
        Forbidden: the actor is no maintainer, or changes licence or visibility and is no owner.
        Refused: a value does not fit (``field`` says which), or the project is not ready for lists.
    """
    with transaction.atomic():
        project = _locked(project)
        before, known_as = project.visibility, project.name
        guarded(actor, project, at_least=Right.MAINTAIN)
        _write_texts(project, name=name, pitch=pitch, description=description, goal=goal)
        if guidelines is not None:
            _write_guidelines(project, guidelines)
        _change_terms(project, actor, licence=licence, visibility=visibility)
        project.save()
        if tags is not None:
            set_tags(project, read_tags(tags))
        note_project(project, renamed=project.name != known_as)
        if project.visibility == Project.Visibility.PRIVATE != before:
            rights_changed(project_id=project.pk)
        if project.is_published and project.visibility == Project.Visibility.PUBLIC != before:
            record_activity(project=project, actor=actor, kind="project_listed", payload={})
    return project


def publish(project: Project, actor: User) -> Project:
    """Open a draft to the crowd. That it has fields and a table, ``datasets`` checks first.

    Raises:
        Forbidden: the actor is no owner.
        Refused: it is open already.
    """
    with transaction.atomic():
        project = _locked(project)
        guarded(actor, project, at_least=Right.OWN)
        if project.is_published:
            raise Refused(_("This project is published already."), status=409)
        project.state = Project.State.PUBLISHED
        project.published = timezone.now()
        project.save(update_fields=["state", "published"])
        note_sight(project)
        record_activity(project=project, actor=actor, kind="project_published", payload={})
    return project


def list_publicly(project: Project, actor: User) -> Project:
    """Let lists and the home page show a project; doing it twice does it once.

    Raises:
        Forbidden: the actor is no owner.
        Refused: it is a draft, or lacks what listed projects show; the sentence says what.
    """
    with transaction.atomic():
        project = _locked(project)
        guarded(actor, project, at_least=Right.OWN)
        if not project.is_published:
            raise Refused(_("This is a draft. Publish it first, then list it."), status=409)
        if project.visibility == Project.Visibility.PUBLIC:
            return project
        _check_listing(project)
        project.visibility = Project.Visibility.PUBLIC
        project.save(update_fields=["visibility"])
        note_sight(project)
        record_activity(project=project, actor=actor, kind="project_listed", payload={})
    return project


def record_activity(
    *, project: Project, actor: User, kind: str, payload: dict[str, Any]
) -> Activity:
    """Write a line of the project's feed and tell its open windows.

    Call it last in the transaction of the change: it takes the topic's counter. The event is
    ``activity`` on ``project:<id>`` with id, what (the kind), actor, text and at.

    Raises:
        KeyError: the kind has no sentence, or the payload lacks what its sentence says.
        TransactionManagementError: outside a transaction.
    """
    activity, event = write_activity(project=project, actor=actor, kind=kind, payload=payload)
    publish_all([event])
    return activity


def write_activity(
    *, project: Project, actor: User, kind: str, payload: dict[str, Any]
) -> tuple[Activity, Publication]:
    """Write a line of the feed; return it and the event that the caller has to publish.

    For services that publish more than this event at the end of their transaction: together they
    take the topic's counter once.

    Raises:
        KeyError: the kind has no sentence, or the payload lacks what its sentence says.
    """
    SENTENCES[kind](payload)
    activity = Activity.objects.create(project=project, actor=actor, kind=kind, payload=payload)
    return activity, (topic_of(project.pk), "activity", told(activity))


def set_hidden(project: Project, *, hidden: bool) -> None:
    """Take a project out of everybody's sight, or show it again: for moderators only."""
    project.hidden = hidden
    project.save(update_fields=["hidden"])
    note_sight(project)
    rights_changed(project_id=project.pk)


def _spend_daily_project(creator: User) -> None:
    since = timezone.now() - timedelta(days=1)
    made = Project.objects.filter(creator=creator, created__gt=since).count()
    if made >= PROJECTS_PER_PERSON_PER_DAY:
        raise Refused(
            _(
                "You opened %(made)d projects within a day; the most is %(most)d. "
                "Open the next one tomorrow."
            )
            % {"made": made, "most": PROJECTS_PER_PERSON_PER_DAY},
            status=429,
        )


def _write_texts(
    project: Project, *, name: str, pitch: str, description: str, goal: int | None
) -> None:
    project.name = _fitting(name, "name")
    project.pitch = _fitting(pitch, "pitch")
    project.description = _fitting_text(description, "description", DESCRIPTION_CHARACTERS)
    project.description_html = markdown(project.description)
    project.goal = goal
    try:
        project.clean_fields(exclude={"slug", "creator", "description_html"})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field=field) from None


def _fitting(text: str, field: str) -> str:
    # Cleaned with room to spare: a text that is too long is refused, never cut in silence.
    cleaned = clean_name(text, most=1_000)
    if not cleaned:
        raise Refused(_("Write at least one letter that can be seen."), field=field)
    return cleaned


def _write_guidelines(project: Project, guidelines: str) -> None:
    project.guidelines = _fitting_text(guidelines, "guidelines", GUIDELINES_CHARACTERS)
    project.guidelines_html = markdown(project.guidelines)


def _fitting_text(text: str, field: str, most: int) -> str:
    # A TextField's max_length is checked by forms only.
    cleaned = clean_text(text, most=10 * most)
    if len(cleaned) > most:
        raise Refused(
            _("This text has %(length)d characters; the most is %(most)d. Shorten it.")
            % {"length": len(cleaned), "most": most},
            field=field,
        )
    return cleaned


def _insert(project: Project) -> None:
    """Save under the first free address made from the name."""
    stem = slugify(project.name)[:SLUG_STEM].strip("-_") or "project"
    taken = set(Project.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    for _try in range(SLUG_TRIES):
        while (slug := stem if number == 1 else f"{stem}-{number}") in taken:
            number += 1
        try:
            with transaction.atomic():
                project.slug = slug
                project.save(force_insert=True)
                return
        except IntegrityError:
            # Somebody else took it between the look and the insert.
            taken.add(slug)
    raise Refused(_("Many people chose this name just now. Choose another."), field="name")


def _rare_colour() -> int:
    used = Counter(Project.objects.values_list("colour", flat=True))
    return min(range(COLOURS), key=lambda colour: (used[colour], colour))


def _change_terms(project: Project, actor: User, *, licence: str, visibility: str) -> None:
    if (licence, visibility) == (project.licence, project.visibility):
        return
    if project.may is None or project.may < Right.OWN:
        raise Forbidden(_("Only the project's owner may change its licence or visibility."))
    _check_terms(project, licence, visibility)
    if visibility == Project.Visibility.PUBLIC != project.visibility:
        _check_listing(project)
    project.licence, project.visibility = licence, visibility


def _check_listing(project: Project) -> None:
    missing = lacking(project)
    if missing:
        raise Refused(
            _("The project cannot be listed yet. Still missing: %(missing)s.")
            % {"missing": "; ".join(missing)},
            field="visibility",
            status=409,
        )


def _check_terms(project: Project, licence: str, visibility: str) -> None:
    if visibility not in Project.Visibility.values:
        raise Refused(_("Choose a visibility from the list."), field="visibility")
    if licence not in dict(Project._meta.get_field("licence").flatchoices):
        raise Refused(_("Choose a licence from the list."), field="licence")
    if project.is_published and not may_follow(project.licence, licence):
        raise Refused(
            _(
                "%(after)s is stricter than %(before)s, under which people gave their data. "
                "A licence can only become freer."
            )
            % {"before": project.licence, "after": licence},
            field="licence",
        )


def _locked(project: Project) -> Project:
    """The project as it is now, kept from others until the commit (SQLite has one writer)."""
    return Project.objects.select_for_update().get(pk=project.pk)
