from typing import Any

from django.apps import AppConfig


def acknowledge_at_once(*, task: dict[str, Any], **_: Any) -> None:
    """Take a bell off the broker when it is heard, not when its work is done.

    Otherwise it stays there locked whenever a worker dies, and rings again much later.
    """
    from jobs.bell import acknowledge

    acknowledge(task.get("ack_id"))


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from django_q.signals import pre_execute

        from jobs import checks  # noqa: F401 - registers itself

        pre_execute.connect(acknowledge_at_once, dispatch_uid="jobs.acknowledge_at_once")
