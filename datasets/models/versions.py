"""Snapshots: immutable files of the accepted rows."""

from typing import Any

from django.db import models

from projects.models import Project


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
    #: The highest arrival number in it, and ``DataTable.rewritten`` when it was taken: while that
    #: stands, the data of now are these rows and those that arrived later.
    last_arrival = models.PositiveBigIntegerField(null=True)
    rewritten = models.PositiveBigIntegerField(default=0)
    #: Other files made of it, by ending: name in the storage, sha256, bytes.
    files: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    #: What differs from the version before: rows added, changed, removed; fields.
    changes: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    #: When a moderator destroyed its files for legal cause, and the reason that the page says.
    destroyed = models.DateTimeField(null=True)
    destroyed_reason = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="snapshot_number"),
            models.UniqueConstraint(fields=["project", "identity"], name="snapshot_identity"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
