"""A process beside the web server: publishes one event for each line that it reads."""

import sys

import django

django.setup()

from django.db import transaction  # noqa: E402

from live.publish import publish  # noqa: E402

print("ready", flush=True)
for _line in sys.stdin:
    with transaction.atomic():
        number = publish("thing:1", "said", {"from": "worker"})
    print(number, flush=True)
