"""Fields, the versions of a schema, and that a project's table exists."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from projects.models import Project


class Field(models.Model):
    """One column of a project's table: what a datapoint has."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("number")
        INTEGER = "integer", _("whole number")
        BOOLEAN = "boolean", _("yes or no")
        CATEGORY = "category", _("category")
        TEXT = "text", _("short text")
        DATETIME = "datetime", _("date and time")
        GRID = "grid", _("drawing")
        IMAGE = "image", _("photo or picture")
        SEQUENCE = "sequence", _("sequence")
        VECTOR = "vector", _("vector")

    class Role(models.TextChoices):
        FEATURE = "feature", _("independent: what the model sees")
        TARGET = "target", _("dependent: what it predicts")
        IGNORE = "ignore", _("note: kept, not used for training")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(_("name"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.FEATURE)
    unit = models.CharField(_("unit"), max_length=24, blank=True)
    required = models.BooleanField(_("required"), default=True)
    #: What the kind needs besides: limits, categories, sizes. Checked by the field type.
    options: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                "project", Lower("name"), name="field_name_unique_in_its_project"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def column(self) -> str:
        """The column's name in the table: generated, never user text."""
        return f"c_{self.pk}"


class DataTable(models.Model):
    """That a project's table exists, its rules and its counts.

    The counts are kept in the transaction of each change.
    """

    class Acceptance(models.TextChoices):
        AT_ONCE = "once", _("at once: every datapoint that fits is accepted")
        MAINTAINER = "maintainer", _("by a maintainer: each datapoint is looked at")
        PEERS = "peers", _("by peers: two others must agree")

    class Collects(models.TextChoices):
        ROWS = "rows", _("whole datapoints")
        LABELS = "labels", _("labels: the items are there, the crowd says what they are")

    class Duplicates(models.TextChoices):
        REFUSE = "refuse", _("refused: each datapoint is there once")
        ALLOW = "allow", _("allowed: the same datapoint may come again")

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="data_table")
    next_arrival = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    #: Grows with every change of any row's value or state: the key of caches and ETags.
    revision = models.PositiveBigIntegerField(default=0)
    #: Grows when a row that was visible before changes or goes, or when one becomes visible below
    #: the newest arrival number: while it stands, a snapshot lacks nothing but newer arrivals.
    rewritten = models.PositiveBigIntegerField(default=0)
    #: The import whose rows are being written: they have arrival numbers, and nobody sees them.
    writing = models.ForeignKey(
        "Contribution", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    acceptance = models.CharField(
        _("acceptance"), max_length=10, choices=Acceptance, default=Acceptance.AT_ONCE
    )
    collects = models.CharField(
        _("what people give"), max_length=6, choices=Collects, default=Collects.ROWS
    )
    #: How many people label an item before it can be settled.
    redundancy = models.PositiveSmallIntegerField(_("labels of an item"), default=3)
    duplicates = models.CharField(
        _("exact duplicates"), max_length=6, choices=Duplicates, default=Duplicates.REFUSE
    )

    def __str__(self) -> str:
        return f"p_{self.project_id}"


class SchemaVersion(models.Model):
    """One version of a project's schema: what changed, by whom, and how far it is applied."""

    class State(models.TextChoices):
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="schema_versions")
    number = models.PositiveIntegerField()
    #: The Table Schema of this version.
    table_schema: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    #: The operations that led here from the version before, each as ``datasets.schema_changes``
    #: reads it.
    changes: "models.JSONField[list[Any], list[Any]]" = models.JSONField(default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.APPLIED)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_invalid = models.PositiveIntegerField(default=0)
    #: Rows that the backfill has seen, and the last of their ids.
    done = models.PositiveIntegerField(default=0)
    last_row = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="schema_version_number")
        ]

    def __str__(self) -> str:
        return f"schema {self.number}"
