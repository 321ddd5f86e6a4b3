"""What the crowd says of rows: votes, labels, known answers, flags."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project


class Review(models.Model):
    """What the crowd's votes on one row come to; there is one from the first vote on."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")
        DISPUTED = "disputed", _("disputed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reviews")
    row = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    yes = models.PositiveSmallIntegerField(default=0)
    no = models.PositiveSmallIntegerField(default=0)
    skips = models.PositiveSmallIntegerField(default=0)
    #: The votes' weights: what reviewers' answers to gold rows say of them.
    yes_weight = models.FloatField(default=0)
    no_weight = models.FloatField(default=0)
    settled = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "row"], name="one_review_per_row")
        ]
        indexes = [models.Index(fields=["project", "state"])]

    def __str__(self) -> str:
        return f"review of row {self.row}"


class Vote(models.Model):
    """What one person said of one row, once."""

    class Verdict(models.IntegerChoices):
        NO = -1, _("no")
        SKIP = 0, _("skipped")
        YES = 1, _("yes")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="votes")
    row = models.PositiveBigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="votes"
    )
    verdict = models.SmallIntegerField(choices=Verdict)
    #: A code of ``datasets.reviewing.REASONS``.
    reason = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=200, blank=True)
    weight = models.FloatField(default=1)
    gold = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "row", "user"], name="one_vote_per_row")
        ]
        indexes = [models.Index(fields=["project", "user"])]

    def __str__(self) -> str:
        return f"vote on row {self.row}"


class Claim(models.Model):
    """That a row was shown to a person to judge or label: only that is taken, for ten minutes."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="claims")
    row = models.PositiveBigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims"
    )
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "row", "user"], name="one_claim_per_row")
        ]
        indexes = [models.Index(fields=["project", "user"])]

    def __str__(self) -> str:
        return f"claim of row {self.row}"


class Gold(models.Model):
    """A row whose right answer is known: it is shown among others, and weighs who answers."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="gold")
    row = models.PositiveBigIntegerField()
    #: Of a check: whether the row is good. Of labelling: the right label's stored value.
    accept = models.BooleanField(null=True)
    label: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    #: What the person reads after answering: why.
    why = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = _("gold rows")
        constraints = [models.UniqueConstraint(fields=["project", "row"], name="one_gold_per_row")]

    def __str__(self) -> str:
        return f"gold row {self.row}"


class Reviewer(models.Model):
    """How well a person judges or labels in a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reviewers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewing"
    )
    answers = models.PositiveIntegerField(default=0)
    #: Answers to rows that are settled by now, and how many of them were as the outcome.
    settled = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0)
    gold_seen = models.PositiveIntegerField(default=0)
    gold_right = models.PositiveIntegerField(default=0)
    #: Moving mean of right answers to gold rows; None before the first.
    accuracy = models.FloatField(null=True)
    #: Since when the person's answers wait for a look at the guidelines.
    paused = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="one_record_per_reviewer")
        ]

    def __str__(self) -> str:
        return f"reviewer {self.user_id}"


class Label(models.Model):
    """What one person says an item is."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="labels")
    row = models.PositiveBigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="labels"
    )
    #: The target's stored value.
    value: "models.JSONField[Any, Any]" = models.JSONField()
    gold = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "row", "user"], name="one_label_per_row")
        ]
        indexes = [models.Index(fields=["project", "user"])]

    def __str__(self) -> str:
        return f"label of row {self.row}"


class Item(models.Model):
    """What the labels of one row come to; there is one from the first label on."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SETTLED = "settled", _("settled")
        DISPUTED = "disputed", _("disputed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="items")
    row = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    labels = models.PositiveSmallIntegerField(default=0)
    #: The label that leads, and how sure the labels make it, 0 to 1.
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    certainty = models.FloatField(default=0)
    settled = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "row"], name="one_item_per_row")]
        indexes = [models.Index(fields=["project", "state"])]

    def __str__(self) -> str:
        return f"item {self.row}"


class Flag(models.Model):
    """Why somebody should look at a row."""

    class Kind(models.TextChoices):
        OUTLIER = "outlier", _("far from all others")
        MODEL = "model", _("the best model disagrees")
        DUPLICATE = "duplicate", _("nearly the same as another")
        INVALID = "invalid", _("does not fit the schema any more")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="flags")
    row = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    #: How strong the reason is, for the order of the list; larger is stronger.
    strength = models.FloatField(default=0)
    detail: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    #: When somebody looked and let it stand.
    settled = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "row", "kind"], name="one_flag_of_a_kind")
        ]
        indexes = [models.Index(fields=["project", "kind", "-strength"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"
