"""Runs, their curves and the models that came out."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from datasets.models import Snapshot
from projects.models import Project
from training.engine.architectures import architecture_named


class Run(models.Model):
    """One training: settings, state, curve, result. Its job is ``run:<id>``."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("training")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Origin(models.TextChoices):
        PERSON = "person", _("started by a person")
        CHAMPION = "champion", _("trained by the project itself")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.PERSON)
    #: The key of the preset it was started from, if any; see ``training.presets``.
    preset = models.CharField(max_length=16, blank=True)
    #: The run whose settings it started from.
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs"
    )
    #: Counts up within the project: people talk about "run 12".
    number = models.PositiveIntegerField()
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, related_name="runs")
    architecture = models.CharField(_("architecture"), max_length=32)
    settings: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    stop_requested = models.BooleanField(default=False)
    stopped_early = models.BooleanField(default=False)
    epochs = models.PositiveIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)
    best_epoch = models.PositiveIntegerField(null=True)
    parameters = models.PositiveBigIntegerField(null=True)
    rows: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    metrics: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    baseline: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    #: The board's metric on the test part: accuracy (higher is better) or RMSE (lower is better).
    score = models.FloatField(null=True)
    #: The score's 95 % interval, by bootstrap over the test rows.
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    #: How far from guessing (0) to perfect (1) the score is: comparable across projects.
    skill = models.FloatField(null=True)
    hidden = models.BooleanField(_("hidden by a moderator"), default=False)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [
            models.Index(fields=["project", "state", "score"], name="run_board"),
            models.Index(fields=["user", "state"], name="run_quota"),
            models.Index(fields=["state", "finished"], name="run_of_the_week"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="run_number"),
            # A run without a finite score can never be ranked (NaN is unequal to itself).
            models.CheckConstraint(
                condition=Q(score__isnull=True)
                | (Q(score=F("score")) & Q(score__gt=-1e300) & Q(score__lt=1e300)),
                name="run_score_is_finite",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(state="done"), name="run_score_only_when_done"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.number}"

    @property
    def architecture_label(self) -> str:
        """The architecture as people call it."""
        return architecture_named(self.architecture).label


class EpochPoint(models.Model):
    """One point of a run's curve."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="points")
    epoch = models.PositiveIntegerField()
    train_loss = models.FloatField()
    validation_loss = models.FloatField()
    #: The board's metric on the validation part.
    metric = models.FloatField(null=True)

    class Meta:
        ordering = ["epoch"]
        constraints = [models.UniqueConstraint(fields=["run", "epoch"], name="one_point_an_epoch")]

    def __str__(self) -> str:
        return f"epoch {self.epoch}"


class TrainedModel(models.Model):
    """What a finished run left: weights and preprocessing in the storage, by hash."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="trained")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="models")
    #: Folder in the default storage; its name is generated.
    folder = models.CharField(max_length=100)
    #: File name -> sha256, checked before a file is loaded.
    files: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField()
    #: PyTorch's version: the figures of ``train.py`` agree on the same one.
    torch_version = models.CharField(max_length=40)
    hidden = models.BooleanField(_("hidden by a moderator"), default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("model")
        verbose_name_plural = _("models")

    def __str__(self) -> str:
        return f"model {self.pk}"


class Champion(models.Model):
    """A project's standing recipe, which trains by itself while the data grow."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="champion")
    architecture = models.CharField(_("architecture"), max_length=32)
    settings: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    enabled = models.BooleanField(_("trains by itself"), default=True)
    #: Accepted rows when it was last queued, and from how many on it is due again.
    rows = models.PositiveIntegerField(default=0)
    due_rows = models.PositiveIntegerField(default=20)
    queued = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("living champion")
        verbose_name_plural = _("living champions")

    def __str__(self) -> str:
        return f"champion of {self.project_id}"
