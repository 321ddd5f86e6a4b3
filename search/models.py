"""What can be found: one row for each project, person and model, with its words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """A thing's words as people read them, and as the index compares them.

    The database keeps its full-text index in step by itself: triggers on SQLite, expression
    indexes on PostgreSQL (migration 0001). Only ``search.services`` writes here.
    """

    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    #: Title and body as ``search.words.key`` writes them, and the title's trigrams.
    title_key = models.TextField(blank=True)
    body_key = models.TextField(blank=True)
    grams = models.TextField(blank=True)
    #: What it belongs to, a project's number: who belongs there finds it though it is not public.
    circle = models.BigIntegerField(null=True, blank=True)
    public = models.BooleanField(default=False)
    #: False while moderators hide what it belongs to: nobody finds it then.
    shown = models.BooleanField(default=True)
    #: Of equally good answers the heavier comes first.
    weight = models.FloatField(default=0)

    class Meta:
        ordering = ["id"]
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="one_document_per_thing")
        ]
        indexes = [models.Index(fields=["circle"], name="document_circle")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
