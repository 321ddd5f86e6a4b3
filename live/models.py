"""The event log: what happened, in which order, kept long enough to resume after a cut.

Only ``live.publish`` writes events, and only the tailer and ``live.queries`` read them.
"""

from django.db import models


class TopicCounter(models.Model):
    """The number of the newest event of a topic.

    Its row is bumped last in a transaction and stays locked until the commit, so numbers are
    given in commit order: a reader that saw seq n has seen all of 1…n.
    """

    topic = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.topic} at {self.seq}"


class Event(models.Model):
    """One thing that happened on a topic, written in the same transaction as the change."""

    topic = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    created = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("topic", "seq"), name="live_event_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.seq} {self.kind}"


class Presence(models.Model):
    """How many people one web process serves on a topic; old rows are of dead processes."""

    process = models.CharField(max_length=32)
    topic = models.CharField(max_length=80)
    people = models.PositiveIntegerField()
    updated = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("topic", "process"), name="live_presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.people} on {self.topic}"
