"""Who wants to hear that somebody was suspended or may come in again. Upper apps register.

Call ``register`` from ``AppConfig.ready``.
"""

from collections.abc import Callable

from accounts.models import User

#: ``(person)``, whose ``is_active`` says what is true now.
Hears = Callable[[User], None]

_hears: list[Hears] = []


def register(function: Hears) -> None:
    """Call ``function(person)`` in the transaction that suspends or reinstates somebody.

    Long work is a job that it wishes for.
    """
    if function not in _hears:
        _hears.append(function)


def tell(person: User) -> None:
    """Tell everybody who registered."""
    for function in _hears:
        function(person)
