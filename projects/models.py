"""Projects, who belongs to them, invitations and what happened in them."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.licences import LICENCE_CHOICES

COLOURS = 12


class Project(models.Model):
    """A data set that a crowd builds, with its rules."""

    class Task(models.TextChoices):
        CLASSIFICATION = "classification", _("classification: predict a category")
        REGRESSION = "regression", _("regression: predict a number")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("public: listed, everybody reads")
        UNLISTED = "unlisted", _("unlisted: everybody who has the link reads")
        PRIVATE = "private", _("private: members only")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    pitch = models.CharField(_("pitch"), max_length=140)
    description = models.TextField(_("description"), blank=True, max_length=10_000)
    #: Markdown of the description, rendered and cleaned when it was saved.
    description_html = models.TextField(blank=True, editable=False)
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
