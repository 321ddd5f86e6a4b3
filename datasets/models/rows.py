"""Contributions, the rows that they bring, and what is counted of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models.fields import Field
from projects.models import Project


class Contribution(models.Model):
    """One act of one person: a form, a paste or a file."""

    class Source(models.TextChoices):
        FORM = "form", _("form")
        PASTE = "paste", _("paste")
        UPLOAD = "upload", _("file")
        API = "api", _("API")
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
    withdrawn = models.DateTimeField(null=True)
    #: How many of its rows waited for a check when they came; only what ``contribute`` returns
    #: says it.
    waiting: int = 0

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "user"])]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")

    def __str__(self) -> str:
        return f"contribution {self.pk}"


class RowState(models.IntegerChoices):
    """What became of a row."""

    PENDING = 0, _("waiting for a check")
    ACCEPTED = 1, _("accepted")
    REJECTED = 2, _("rejected")
    WITHDRAWN = 3, _("withdrawn")


class Row(models.Model):
    """The columns that every row of every project has; ``datasets.tables`` adds the values.

    A row without an arrival number is not visible to anybody yet, nor is one of the import that
    ``DataTable.writing`` names.
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


class RowChange(models.Model):
    """What happened to a row after it came: its history, and what undoing a change needs.

    Withdrawing a row empties ``before`` of all its changes: no value outlives the withdrawal.
    """

    class Kind(models.TextChoices):
        EDITED = "edited", _("corrected")
        SCHEMA = "schema", _("changed with the schema")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        DISPUTED = "disputed", _("disputed")
        RESTORED = "restored", _("taken in again")
        LABELLED = "labelled", _("labelled")
        WITHDRAWN = "withdrawn", _("withdrawn")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="row_changes")
    row = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    #: Who did it; None for the crowd's votes together and for the site itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    #: The schema version that the change made, or stood under.
    schema_version = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    #: Stored values by field id before the change; bytes as base64. See ``datasets.history``.
    before: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["project", "row"]),
            models.Index(fields=["project", "kind", "schema_version", "row"]),
        ]

    def __str__(self) -> str:
        return f"row {self.row} {self.kind}"


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
