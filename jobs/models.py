"""The truth about background work. django-q2 only rings the bell."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jobs.states import FINAL, SLOTS, State


class Job(models.Model):
    """One piece of background work, from the wish to its end."""

    kind = models.CharField(max_length=40)
    #: What is to be done, in the caller's words ("train:17"): the same key is the same job.
    key = models.CharField(max_length=200, unique=True)
    slot = models.CharField(max_length=20)
    #: The id of whoever asked, or NULL for the site itself. A number, since jobs know no accounts.
    user = models.BigIntegerField(null=True, blank=True)
    #: Ids and short strings only.
    payload = models.JSONField(default=dict, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    #: How often a worker took it; counted when it takes it, since a killed worker counts nothing.
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=3)
    #: How often it went back to the queue because another job waited for its worker.
    yields = models.PositiveIntegerField(default=0)
    #: The fencing token: whoever holds another one has lost the job.
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(default=timezone.now)
    stop_requested = models.BooleanField(default=False)
    reason = models.TextField(default="", blank=True)
    worker = models.CharField(max_length=120, default="", blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: How long the last attempt took.
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="jobs_job_state"),
            models.CheckConstraint(condition=Q(slot__in=SLOTS), name="jobs_job_slot"),
            models.CheckConstraint(
                condition=Q(attempt__lte=F("max_attempts")), name="jobs_job_attempts"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING)
                | Q(token__isnull=False, lease_until__isnull=False, started_at__isnull=False),
                name="jobs_job_running_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(FINAL)) | Q(finished_at__isnull=False),
                name="jobs_job_end_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FAILED) | ~Q(reason=""), name="jobs_job_failed_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["slot", "state", "id"], name="jobs_job_queue"),
            models.Index(fields=["slot", "started_at"], name="jobs_job_served"),
            models.Index(fields=["kind", "state", "finished_at"], name="jobs_job_speed"),
            models.Index(fields=["user", "state"], name="jobs_job_user"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"


class WorkerBeat(models.Model):
    """The last sign of life of one worker process: a turn it took, or a lease it renewed."""

    slot = models.CharField(max_length=20)
    worker = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "worker"], name="jobs_workerbeat_worker")
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.worker}"
