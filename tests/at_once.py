"""The same act in several threads at the same moment, on database connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def at_once(act: Callable[[int], Result], count: int) -> list[Result]:
    """What ``act(0)`` … ``act(count - 1)`` returned; an error in one of them is raised here."""
    gate = Barrier(count)

    def one(place: int) -> Result:
        gate.wait()
        try:
            return act(place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
