"""The supervisor's two threads that ask how its processes do. Only they use the database."""

import logging
import threading
import time
from collections.abc import Mapping

from django.db import connections

from crowdcontrolled.supervisor.health import BeatWatch, WebWatch
from jobs import bell, queries, sweeper, worker

logger = logging.getLogger(__name__)
#: Seconds between two looks at the signs of life, two bells, two sweeps, two questions to the web.
LOOK_EVERY = 5.0
RING_EVERY = 10.0
SWEEP_EVERY = 10.0
ASK_EVERY = 10.0


def watch_clusters(watches: Mapping[str, BeatWatch], stop: threading.Event) -> None:
    """Ring for a sign of life from each slot, look for it, and sweep, until stopped."""
    rung = swept = float("-inf")
    while not stop.wait(LOOK_EVERY if rung > 0 else 0.5):
        ringing = time.monotonic() - rung >= RING_EVERY
        rung = time.monotonic() if ringing else rung
        for slot, watch in watches.items():
            _look(slot, watch, ringing=ringing)
        if time.monotonic() - swept >= SWEEP_EVERY:
            swept = time.monotonic()
            _sweep()
        connections.close_all()


def watch_web(watch: WebWatch, stop: threading.Event) -> None:
    """Ask the web process for an answer, often until its first one, until stopped."""
    while not stop.wait(ASK_EVERY if watch.answered else 0.5):
        watch.ask()


def _look(slot: str, watch: BeatWatch, *, ringing: bool) -> None:
    host = worker.host()
    try:
        if ringing and not bell.ring_once(slot, host=host):
            watch.saw_nothing()
            return
        watch.saw(queries.last_beat(slot, host=host))
    except Exception:
        logger.warning("The signs of life of %s could not be read.", slot, exc_info=True)
        watch.saw_nothing()


def _sweep() -> None:
    try:
        sweeper.sweep()
    except Exception:
        logger.warning("A sweep did not finish; the next one will.", exc_info=True)
