"""The registry of what jobs there are: one ``register`` call each, in ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from jobs.states import SLOTS


@dataclass(frozen=True)
class Kind:
    """One kind of background work.

    Attributes:
        name: what ``Job.kind`` says.
        slot: which workers do it: "training" or "light".
        handler: dotted path of ``handler(job: Job) -> None``; it calls ``finish`` itself,
            in the same transaction as its effects.
        max_attempts: how often a worker may take it before it counts as poison.
        lease_seconds: how long a worker may be silent before the job is taken from it.
        time_limit: seconds after which its lease is renewed no more.
        on_failed: dotted path of ``on_failed(job: Job) -> None``, called in the transaction
            that ends the job as failed; it must bear being called twice.
        gives_way: whether its jobs are taken only when no other waits in the slot, and their
            handler goes back to the queue (``GiveWay``) when one comes.
    """

    name: str
    slot: str
    handler: str
    max_attempts: int = 3
    lease_seconds: int = 60
    time_limit: int = 600
    on_failed: str | None = None
    gives_way: bool = False

    def __post_init__(self) -> None:
        if self.slot not in SLOTS:
            raise ValueError(f"Job kind {self.name}: slot {self.slot!r} is none of {SLOTS}.")
        if self.max_attempts < 1 or self.lease_seconds < 1 or self.time_limit < 1:
            raise ValueError(f"Job kind {self.name}: attempts and seconds are at least 1.")

    def load_handler(self) -> Callable[[Any], None]:
        """The function that does the work."""
        handler: Callable[[Any], None] = import_string(self.handler)
        return handler

    def load_on_failed(self) -> Callable[[Any], None] | None:
        """The function that hears of a failure, if there is one."""
        return import_string(self.on_failed) if self.on_failed else None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add one kind; saying the same twice is harmless.

    Raises:
        ValueError: another kind has the name already.
    """
    if KINDS.setdefault(kind.name, kind) != kind:
        raise ValueError(f"There are two different job kinds named {kind.name}.")


def giving_way() -> frozenset[str]:
    """The names of the kinds whose jobs let all others go first."""
    return frozenset(kind.name for kind in KINDS.values() if kind.gives_way)


def kind_of(name: str) -> Kind:
    """The kind of that name.

    Raises:
        LookupError: nobody registered it.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise LookupError(f"No app registered a job kind named {name!r}.") from None
