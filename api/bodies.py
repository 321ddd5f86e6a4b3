"""JSON from outside: strict, and nothing in it that a database would choke on."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from api.problems import Problem
from common.limits import API_JSON_DEPTH


class StrictParser(Parser):
    """Reads the JSON of a request's body."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value.

        Raises:
            Problem: it is no JSON, names a key twice, holds NaN or lone surrogates, nests too deep.
        """
        return read_json(request.body)


def read_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises:
        Problem: as ``StrictParser``.
    """
    try:
        value = json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_unique
        )
    except UnicodeDecodeError as error:
        raise _bad(_("The body is not UTF-8 (byte %(place)s).") % {"place": error.start}) from None
    except RecursionError:
        raise _bad(_too_deep()) from None
    except json.JSONDecodeError as error:
        sentence = _("The body is no JSON: line %(line)s, column %(column)s: %(reason)s.")
        parts = {"line": error.lineno, "column": error.colno, "reason": error.msg}
        raise _bad(sentence % parts) from None
    except ValueError:
        # Python reads no whole number of more than 4,300 digits.
        raise _bad(_("The body holds a number that is too long.")) from None
    _check(value)
    return value


def _check(value: Any) -> None:
    """Refuse deep nesting, and text that no database holds."""
    level: list[Any] = [value]
    for _depth in range(API_JSON_DEPTH + 1):
        if not level:
            return
        level = [part for one in level for part in _parts(one)]
    raise _bad(_too_deep())


def _parts(value: Any) -> Iterator[Any]:
    """What is inside of a container, containers and texts only."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
            raise _bad(_("A text in the body holds a zero character or half of a pair."))
        return
    if isinstance(value, dict):
        yield from value
        value = value.values()
    if not isinstance(value, int | float | None):
        yield from (part for part in value if isinstance(part, str | list | dict))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise _bad(_("The key “%(name)s” stands twice in one object.") % {"name": twice[:60]})
    return found


def _no_constant(name: str) -> NoReturn:
    raise _bad(_("%(name)s is no JSON. Leave the value out, or send null.") % {"name": name})


def _too_deep() -> str:
    return _("The body is nested more than %(most)s levels deep.") % {"most": API_JSON_DEPTH}


def _bad(message: str) -> Problem:
    return Problem("bad-json", message)
