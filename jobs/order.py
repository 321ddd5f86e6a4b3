"""The fair order of a queue: people take turns, whoever was served longest ago first. Pure."""

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import datetime


def fair_order(
    waiting: Iterable[tuple[int, int | None]],
    running: Mapping[int | None, int],
    served: Mapping[int | None, datetime],
) -> list[int]:
    """The ids of the waiting jobs in the order in which they will be taken.

    Args:
        waiting: (job id, user id) of each waiting job; nobody's jobs share the user None.
        running: how many jobs each user has running now.
        served: when each user's job was last started; missing means never.

    A user's first waiting job comes before anybody's second one, and running jobs count as earlier
    ones. Among equals the user who was served longest ago goes first, then the older job.
    The whole order is played through turn by turn, so with one worker it is exactly what happens
    when nobody else joins the queue.
    """
    lines: defaultdict[int | None, deque[int]] = defaultdict(deque)
    for job_id, user in sorted(waiting, key=lambda pair: pair[0]):
        lines[user].append(job_id)
    # (turns had, last served: the past before the turns played here, oldest job, user's line)
    turns = []
    for user, line in lines.items():
        last = served.get(user)
        past = (0, last.timestamp() if last else 0.0)
        turns.append((running.get(user, 0), past, line[0], line))
    heapq.heapify(turns)
    order: list[int] = []
    while turns:
        had, _past, job_id, line = heapq.heappop(turns)
        order.append(line.popleft())
        if line:
            heapq.heappush(turns, (had + 1, (1, float(len(order))), line[0], line))
    return order
