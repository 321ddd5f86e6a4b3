"""What may go wrong between a job and its worker."""


class LostLease(Exception):
    """The job belongs to somebody else by now: whatever this worker did must be rolled back."""


class Retry(Exception):
    """Raised by a handler: put the job back into the queue.

    Attributes:
        reason: why, in a sentence for the user; shown should the attempts run out.
        after: seconds to wait before the next attempt.
    """

    def __init__(self, reason: str, *, after: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class GiveWay(Exception):
    """Raised by a handler of a kind that gives way: another job waits for this worker.

    The job returns to the queue, behind all others; neither an attempt nor a failure is counted.
    """


class Interrupted(BaseException):
    """The worker is asked to stop: raised in its main thread, outside of transactions.

    Not an ``Exception``, so that no handler swallows it by accident. A handler only needs
    to clean up in ``finally``: the job returns to the queue, and the attempt is not counted.
    """
