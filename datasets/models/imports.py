"""Files on their way into a project."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models.rows import Contribution
from projects.models import Project


class Import(models.Model):
    """A file on its way into a project: checked, reported, added by a job, or given up."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting to be checked")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        ADDING = "adding", _("being added")
        ADDED = "added", _("added")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imports")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports"
    )
    source = models.CharField(max_length=8, choices=Contribution.Source)
    state = models.CharField(max_length=9, choices=State, default=State.UPLOADED)
    contribution = models.OneToOneField(
        Contribution, on_delete=models.SET_NULL, null=True, related_name="import_of"
    )
    #: What the person calls it; never a path.
    name = models.CharField(max_length=120)
    #: Names in the default storage: what was sent, the checked rows, the bad ones with reasons.
    file = models.CharField(max_length=200)
    checked_file = models.CharField(max_length=200, blank=True)
    bad_file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    #: Format, encoding, delimiter, header: as guessed, or as the person said.
    dialect: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    #: Which column of the file holds which field, by field id.
    columns: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    #: Add also rows that are in the project already, or twice in the file.
    duplicates_too = models.BooleanField(default=False)
    schema_version = models.PositiveIntegerField()
    #: First rows, counts per reason, histograms: what the page shows.
    report: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    #: Rows that are written, of ``good``.
    written = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=400, blank=True)
    idempotency_key = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "user"]), models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"import {self.pk}"
