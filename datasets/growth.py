"""Who wants to hear that a project's number of accepted rows changed. Upper apps register.

Call ``register`` from ``AppConfig.ready``.
"""

from collections.abc import Callable

#: The project's id, and how many accepted rows it has now.
Hears = Callable[[int, int], None]

_hears: list[Hears] = []


def register(function: Hears) -> None:
    """Call ``function(project_id, accepted)`` inside every transaction that changes the number.

    It stands on the way of every datapoint, so it must cost next to nothing when it has nothing
    to do, and leave longer work for after the commit. Saying the same twice is harmless.
    """
    if function not in _hears:
        _hears.append(function)


def changed(project_id: int, accepted: int) -> None:
    """Tell everybody who registered."""
    for function in _hears:
        function(project_id, accepted)
