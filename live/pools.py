"""The threads in which this app reads the database; pages have threads of their own."""

from common.threadpool import DatabasePool

#: The tailer's only thread: no page and no slow snapshot may keep the ticks waiting.
TAIL = DatabasePool("live-tail", 1)
#: Sessions, rights, snapshots and presence.
READS = DatabasePool("live-reads", 3)
