"""Typed readers of the environment: nothing else in the project touches ``os.environ``."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def read_file(path: Path) -> None:
    """Take variables from a file of ``NAME=value`` lines; what is set already stays as it is."""
    if path.is_file():
        environ.Env.read_env(path)


def text(name: str, default: str = "") -> str:
    """The variable as text, or the default when it is not set."""
    return os.environ.get(name, default)


def boolean(name: str, *, default: bool) -> bool:
    """The variable as a truth value.

    Raises:
        ImproperlyConfigured: it is set to something that is neither true nor false.
    """
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {raw!r}: write true or false.")


def integer(name: str, default: int, *, minimum: int | None = None) -> int:
    """The variable as a whole number.

    Raises:
        ImproperlyConfigured: it is not a whole number, or below the minimum.
    """
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {raw!r}: write a whole number.") from None
    if minimum is not None and value < minimum:
        raise ImproperlyConfigured(f"{name} is {value}: the least is {minimum}.")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """The variable as a list of words separated by commas."""
    raw = os.environ.get(name)
    if raw is None:
        return list(default)
    return [word.strip() for word in raw.split(",") if word.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """The variable as one of a few words.

    Raises:
        ImproperlyConfigured: it is none of them.
    """
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}: write one of {', '.join(allowed)}.")
    return value


def folder(name: str, default: Path) -> Path:
    """The variable as an absolute folder, which is made when it is missing."""
    path = Path(os.environ.get(name) or default).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path
