"""Runs one django-q2 cluster: ``python -m crowdcontrolled.supervisor.cluster PARENT``.

The environment variable Q_CLUSTER_NAME says which one; django-q2 reads it when it is imported.
"""

import os
import sys

from crowdcontrolled.supervisor.bound import bind, bind_forks


def main(parent: int) -> None:
    """Be the cluster's parent process until it is told to stop."""
    bind(parent)
    bind_forks()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("qcluster", skip_checks=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
