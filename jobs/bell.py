"""The bell: tells the workers of a slot that there may be work. It carries no truth."""

import logging
from typing import Any

from django_q.brokers import get_broker
from django_q.tasks import async_task

logger = logging.getLogger(__name__)
#: Where a bell may be handed on to when it is meant for another machine.
MAX_HOPS = 20


def ring(slot: str, *, host: str = "", hops: int = 0) -> bool:
    """Ask a worker of the slot for one turn.

    Returns:
        Whether the broker took it. Failing is no harm: the sweepers ring again.
    """
    try:
        async_task("jobs.tasks.turn", slot, host, hops, q_options={"cluster": slot})
    except Exception:
        logger.warning("The bell of slot %s did not ring; a sweeper will.", slot, exc_info=True)
        return False
    return True


def unheard(slot: str) -> int:
    """How many bells of the slot nobody has taken yet.

    Raises:
        Exception: whatever the broker raises when it cannot be reached.
    """
    count: int = get_broker(slot).queue_size()
    return count


def ring_once(slot: str, *, host: str = "") -> bool:
    """Ring, unless a bell is still waiting to be heard: so bells never pile up.

    Returns:
        Whether a bell is on its way now.
    """
    try:
        if unheard(slot):
            return True
    except Exception:
        logger.warning("The broker of slot %s does not answer.", slot, exc_info=True)
        return False
    return ring(slot, host=host)


def acknowledge(ack_id: Any) -> None:
    """Take a heard bell off the broker."""
    if ack_id is None:
        return
    try:
        get_broker().acknowledge(ack_id)
    except Exception:
        logger.warning("A heard bell was not taken off the broker.", exc_info=True)
