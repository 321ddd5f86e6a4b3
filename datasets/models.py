"""Fields, contributions and snapshots: the registered half of a project's data.

The rows themselves sit in one real table per project, see ``datasets.tables``.
"""

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
        GRID = "grid", _("drawing")
        SEQUENCE = "sequence", _("sequence")

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
    """That a project's table exists, and its counts, kept in the transaction of each change."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="data_table")
    next_arrival = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    #: Grows with every change of any row's value or state: the key of caches and ETags.
    revision = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"p_{self.project_id}"


class Contributor(models.Model):
    """How many accepted rows of a project come from a person: kept in each row's transaction."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="contributors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="one_count_per_contributor")
        ]

    def __str__(self) -> str:
        return f"{self.accepted} rows of {self.user_id}"


class ClassCount(models.Model):
    """How many accepted rows one class of a field has: kept in each row's transaction."""

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="class_counts")
    #: The category's code; of a yes-or-no field 0 and 1.
    code = models.IntegerField()
    accepted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["field", "code"], name="one_count_per_class")
        ]

    def __str__(self) -> str:
        return f"{self.accepted} of {self.code}"


class Example(models.Model):
    """A row that maintainers show to contributors as a good one."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="examples")
    row = models.PositiveBigIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "row"], name="row_is_an_example_once")
        ]

    def __str__(self) -> str:
        return f"row {self.row}"


class Contribution(models.Model):
    """One act of one person: a form, a paste or a file."""

    class Source(models.TextChoices):
        FORM = "form", _("form")
        PASTE = "paste", _("paste")
        UPLOAD = "upload", _("file")
        SEED = "seed", _("demo data")

    class State(models.TextChoices):
        OPEN = "open", _("being written")
        VISIBLE = "visible", _("visible")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REJECTED = "rejected", _("rejected")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="contributions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contributions"
    )
    source = models.CharField(max_length=8, choices=Source)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    licence = models.CharField(max_length=32)
    consent_version = models.PositiveSmallIntegerField()
    idempotency_key = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=0)
    first_arrival = models.PositiveBigIntegerField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "user"])]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")

    def __str__(self) -> str:
        return f"contribution {self.pk}"


class Snapshot(models.Model):
    """An immutable, content-hashed Parquet file of the accepted rows."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    #: sha256 of schema version and ordered row hashes: equal data is one snapshot.
    identity = models.CharField(max_length=64)
    schema_version = models.PositiveIntegerField()
    #: The Table Schema at that time, as ``training.engine`` reads it.
    table_schema: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    rows = models.PositiveIntegerField()
    #: ``DataTable.revision`` when it was taken: while that stands, it need not be taken again.
    data_revision = models.PositiveBigIntegerField(default=0)
    #: Name in the default storage.
    file = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    file_bytes = models.PositiveBigIntegerField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="snapshot_number"),
            models.UniqueConstraint(fields=["project", "identity"], name="snapshot_identity"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class RowState(models.IntegerChoices):
    """What became of a row."""

    PENDING = 0, _("waiting for a check")
    ACCEPTED = 1, _("accepted")
    REJECTED = 2, _("rejected")
    WITHDRAWN = 3, _("withdrawn")


class Row(models.Model):
    """The columns that every row of every project has; ``datasets.tables`` adds the values.

    A row without an arrival number is not visible to anybody yet.
    """

    id = models.BigAutoField(primary_key=True)
    contribution = models.ForeignKey(Contribution, on_delete=models.DO_NOTHING, related_name="+")
    #: Its place in the contribution, from 0.
    position = models.PositiveIntegerField()
    state = models.PositiveSmallIntegerField(choices=RowState, default=RowState.PENDING)
    schema_version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    #: sha256 of the values, see ``datasets.hashing``.
    row_hash = models.BinaryField(max_length=32)
    #: Equal for near-duplicates: splits keep them together.
    group_key = models.BigIntegerField(db_index=True)
    #: Dense, given when the row becomes visible, never used again.
    arrival = models.PositiveBigIntegerField(null=True, unique=True)

    class Meta:
        abstract = True
