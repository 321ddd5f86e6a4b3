"""Projects, who belongs to them, invitations and what happened in them."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

# By name: from a cold cache mypy does not find them under ``models`` in this file.
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from projects.licences import LICENCE_CHOICES

COLOURS = 12


class Tag(models.Model):
    """A word under which projects are found."""

    slug = models.SlugField(_("tag"), max_length=30, unique=True, allow_unicode=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.slug


class Project(models.Model):
    """A data set that a crowd builds, with its rules."""

    class Task(TextChoices):
        CLASSIFICATION = "classification", _("classification: predict a category")
        REGRESSION = "regression", _("regression: predict a number")

    class Visibility(TextChoices):
        PUBLIC = "public", _("public: listed, everybody reads")
        UNLISTED = "unlisted", _("unlisted: everybody who has the link reads")
        PRIVATE = "private", _("private: members only")

    class State(TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    pitch = models.CharField(_("pitch"), max_length=140)
    description = models.TextField(_("description"), blank=True, max_length=10_000)
    #: Markdown of the description, rendered and cleaned when it was saved.
    description_html = models.TextField(blank=True, editable=False)
    #: What counts as a good datapoint: shown to whoever contributes.
    guidelines = models.TextField(_("guidelines"), blank=True, max_length=5_000)
    guidelines_html = models.TextField(blank=True, editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="projects")
    goal = models.PositiveIntegerField(
        _("goal"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_000_000)],
    )
    task = models.CharField(_("task"), max_length=16, choices=Task)
    licence = models.CharField(_("licence"), max_length=32, choices=LICENCE_CHOICES)
    visibility = models.CharField(
        _("visibility"), max_length=8, choices=Visibility, default=Visibility.PUBLIC
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    hidden = models.BooleanField(_("hidden by a moderator"), default=False)
    colour = models.PositiveSmallIntegerField(_("colour"), default=0)
    schema_version = models.PositiveIntegerField(default=0, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="created_projects"
    )
    created = models.DateTimeField(auto_now_add=True)
    published = models.DateTimeField(null=True, blank=True, editable=False)

    #: The ``projects.access.Right`` of whoever asked, set by the guarded door.
    may: Any = None

    class Meta:
        ordering = ["-id"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(colour__lt=COLOURS), name="project_colour_is_one_of_twelve"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class Membership(models.Model):
    """What a person may do in a project beyond what everybody may."""

    class Role(models.IntegerChoices):
        MEMBER = 10, _("member")
        MAINTAINER = 20, _("maintainer")
        OWNER = 30, _("owner")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.PositiveSmallIntegerField(_("role"), choices=Role, default=Role.MEMBER)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-role", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="one_membership_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.project}"


class Invitation(models.Model):
    """A link that makes whoever follows it a member. Only the hash of its secret is kept."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.PositiveSmallIntegerField(
        choices=[
            (Membership.Role.MEMBER, Membership.Role.MEMBER.label),
            (Membership.Role.MAINTAINER, Membership.Role.MAINTAINER.label),
        ],
        default=Membership.Role.MEMBER,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    uses_left = models.PositiveIntegerField(default=50)
    revoked = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.project}"


class Activity(models.Model):
    """One line of a project's feed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="activities")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    #: What the line says besides who: names, counts, addresses; never a secret.
    payload: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "-id"])]

    def __str__(self) -> str:
        return self.kind


class Follow(models.Model):
    """A person wants to hear of a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="projects_followed"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="follow_project_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.project_id}"


class Feature(models.Model):
    """An editor's pick: from its day on a project stands first on the home page, and why."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="features", verbose_name=_("project")
    )
    day = models.DateField(_("from"), unique=True)
    sentence = models.CharField(_("why"), max_length=200)
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("featured project")
        verbose_name_plural = _("featured projects")

    def __str__(self) -> str:
        return f"{self.day}: {self.project}"


class Momentum(models.Model):
    """How much happens in a project: two sums that fade, see ``projects.momentum``."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="momentum")
    #: The sum with a half-life of 48 hours, as of ``at``.
    recent = models.FloatField(default=0)
    #: The sum with a half-life of 30 days, as of ``at``.
    month = models.FloatField(default=0)
    at = models.DateTimeField()
    #: What the order of any two projects is read from without looking at the clock.
    rank = models.FloatField(default=0, db_index=True)
    #: Below 1 while moderators hold the project back (abuse 0.5, duplicate 0.6).
    factor = models.FloatField(_("factor"), default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recent__gte=0, month__gte=0, factor__gt=0, factor__lte=1),
                name="momentum_is_no_debt",
            )
        ]

    def __str__(self) -> str:
        return f"momentum of {self.project_id}"


class MomentumShare(models.Model):
    """How many events one person caused in a project on one day: each next one weighs less."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(db_index=True)
    events = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user", "day"], name="one_momentum_share_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.events} events of {self.user_id} in {self.project_id}"


class MomentumPart(models.Model):
    """How often one kind of event happened in a project within one hour: the number's parts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=16)
    events = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "hour", "kind"], name="one_momentum_part_an_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.events} {self.kind}"
