"""A fixed pool of threads for Django under asyncio, each keeping its database connections.

Stock Django gives each request a thread of its own, and so a new connection; a fixed pool reuses
both.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

CLOSING_SECONDS = 30

P = ParamSpec("P")
T = TypeVar("T")


class DatabasePool:
    """A few named threads that run database work for asyncio code."""

    def __init__(self, name: str, threads: int) -> None:
        self.name = name
        self.threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it in a thread of the pool; connections past their age are closed as usual."""

        def with_connections() -> T:
            close_old_connections()
            try:
                return call(*args, **kwargs)
            finally:
                close_old_connections()

        return await self.run_in(contextvars.copy_context(), with_connections)

    async def run_in(self, context: contextvars.Context, call: Callable[[], T]) -> T:
        """Call it in a thread of the pool within that context.

        Django keeps the active language, time zone and script prefix in context variables: a copy
        of the caller's context keeps one call's from leaking into the next one of the thread.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, context.run, call)

    def close_connections(self) -> None:
        """Wait for the running calls and close every thread's connections."""
        together = threading.Barrier(self.threads)

        def close() -> None:
            connections.close_all()
            # Nobody goes on before all are here: so each thread gets exactly one of these calls.
            together.wait(CLOSING_SECONDS)

        wait([self._executor.submit(close) for _ in range(self.threads)])

    def close(self) -> None:
        """Wait for the running calls, then end the threads with their connections."""
        self.close_connections()
        self._executor.shutdown(wait=True)
