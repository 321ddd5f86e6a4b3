"""One hot topic: what a gapless number per topic costs, with eight writers.

``python -m benchmarks.hot_topic`` prints transactions a second and the slowest transaction: to one
topic, to a topic each, and without the counter. It writes into the database of the environment
(``VAR`` or ``DATABASE_URL``), which must be an empty one.
"""

import os
import statistics
import threading
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowdcontrolled.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from live.models import Event  # noqa: E402
from live.publish import publish  # noqa: E402

WRITERS = 8
SECONDS = 3.0
ROUNDS = 5
PAYLOAD = {"text": "x" * 100}

Act = Callable[[int, int], object]


def to_one_topic(writer: int, turn: int) -> object:
    """What a project does that everybody adds to at once."""
    return publish("hot:1", "row", PAYLOAD)


def to_a_topic_each(writer: int, turn: int) -> object:
    """What eight projects do."""
    return publish(f"cool:{writer}", "row", PAYLOAD)


def without_a_counter(writer: int, turn: int) -> object:
    """What an append-only log without numbers per topic would cost."""
    return Event.objects.create(
        topic=f"bare:{writer}", seq=turn, kind="row", payload=PAYLOAD, created=timezone.now()
    )


def measure(act: Act, begin: int) -> tuple[float, float]:
    """Transactions a second, and the slowest transaction in milliseconds."""
    waits: list[float] = []

    def work(writer: int) -> None:
        turn, end = begin, time.monotonic() + SECONDS
        while time.monotonic() < end:
            start = time.monotonic()
            turn += 1
            with transaction.atomic():
                act(writer, turn)
            waits.append(time.monotonic() - start)
        connection.close()

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(waits) / SECONDS, max(waits) * 1000


def main() -> None:
    """Measure each in turn, several rounds, and print medians."""
    call_command("migrate", "live", verbosity=0)
    acts: tuple[Act, ...] = (to_one_topic, to_a_topic_each, without_a_counter)
    found: dict[str, list[tuple[float, float]]] = {act.__name__: [] for act in acts}
    for round_ in range(ROUNDS):
        for act in acts:
            found[act.__name__].append(measure(act, round_ * 1_000_000))
    for name, values in found.items():
        rate = statistics.median(rate for rate, _ in values)
        slowest = statistics.median(slowest for _, slowest in values)
        print(f"{connection.vendor} {name}: {rate:.0f} transactions/s, slowest {slowest:.0f} ms")


if __name__ == "__main__":
    main()
