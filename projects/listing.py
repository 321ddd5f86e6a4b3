"""What a project must show before lists show it. The apps that know its data say so.

Call ``add_check`` from ``AppConfig.ready``.
"""

from collections.abc import Callable

from projects.models import Project

#: The project, as it is about to be saved → what is still missing, one phrase each.
Check = Callable[[Project], list[str]]

_checks: dict[str, Check] = {}


def add_check(name: str, check: Check) -> None:
    """Ask ``check`` before any project becomes public; the same name replaces."""
    _checks[name] = check


def lacking(project: Project) -> list[str]:
    """What the project still lacks to be listed, in the active language; empty when nothing."""
    return [phrase for check in _checks.values() for phrase in check(project)]
