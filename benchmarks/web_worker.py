"""A process beside the web server that publishes, as workers do: run with the site's settings.

``python -m benchmarks.web_worker TOPIC``: prints ``ready``, then for each line ``SECONDS RATE``
publishes at that rate and prints ``done``.
"""

import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402

from live.publish import publish  # noqa: E402


def main(topic: str) -> None:
    """Serve lines until the input ends."""
    print("ready", flush=True)
    for line in sys.stdin:
        seconds, rate = map(float, line.split())
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with transaction.atomic():
                publish(topic, "epoch", {"epoch": 1, "train_loss": 0.5, "validation_loss": 0.6})
            time.sleep(1 / rate)
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
