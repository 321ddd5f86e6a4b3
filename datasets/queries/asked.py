"""What a reader asks of rows: filters out of an allow-list of (column, operator), never a name.

The key of a filter in the address is ``f.<field id>.<operator>`` or one of ``FIXED``. The id is
looked up among the project's fields, the operator in the table of the field's way of browsing. What
else a person writes is an operand, bound as a parameter.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.limits import FILTERS_PER_VIEW
from common.numbers import readable, whole
from datasets.browsing import Browsing, Operator, browsing_of
from datasets.field_types import BadValue
from datasets.models import Contribution, Field, Flag
from datasets.records import Typed
from projects.models import Project

KEY = re.compile(r"f\.([0-9]{1,18})\.([a-z]{2,8})", re.ASCII)
#: Characters of an operand; the longest is a list of classes.
LONGEST = 700
#: Characters of an operand that a chip repeats.
SHOWN = 60


class Plain(Func):
    """A column for which SQLite uses no index: its planner has no statistics of ranges."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)


@dataclass(frozen=True)
class Filter:
    """One condition.

    Attributes:
        key, text: as in the address.
        words: what its chip says.
        field: None for what every row has.
        condition: the condition, for a column without (True) or with (False) its index.
        browsing, operator, operand: of a field's filter.
    """

    key: str
    text: str
    words: str
    condition: Callable[[bool], Any]
    field: Field | None = None
    browsing: Browsing | None = None
    operator: str = ""
    operand: Any = None

    @property
    def indexable(self) -> bool:
        """Whether an index of the column would find its rows."""
        fits = self.operator not in ("contains", "starts")
        return self.browsing is not None and self.browsing.indexable and fits


class NotAsked(Exception):
    """A filter cannot be understood; the message is a sentence for the reader."""


def filters_in(
    project: Project, fields: Typed, pairs: Iterable[tuple[str, str]]
) -> tuple[list[Filter], list[str]]:
    """The filters among keys and texts of an address, and what is wrong with the others."""
    found: dict[str, Filter] = {}
    faults: list[str] = []
    for key, text in pairs:
        try:
            asked = _read(project, fields, key, text)
        except (NotAsked, BadValue) as bad:
            faults.append(str(bad))
            continue
        if asked is not None:
            found[key] = asked
    kept = list(found.values())[:FILTERS_PER_VIEW]
    if len(found) > len(kept):
        sentence = _("At most %(limit)s filters at a time: the others were left out.")
        faults.append(sentence % {"limit": FILTERS_PER_VIEW})
    return kept, faults


def _read(project: Project, fields: Typed, key: str, text: str) -> Filter | None:
    """The filter of one key; None when the key is no filter's."""
    parts = KEY.fullmatch(key)
    if parts is None and key not in FIXED:
        return None
    if len(text) > LONGEST or "\0" in text:
        raise NotAsked(_("A filter was too long or unreadable and was left out."))
    if parts is None:
        return FIXED[key](project, key, text)
    return _of_field(fields, key, int(parts[1]), parts[2], text)


def _of_field(fields: Typed, key: str, pk: int, name: str, text: str) -> Filter:
    known = next(((field, type_) for field, type_ in fields if field.pk == pk), None)
    if known is None:
        raise NotAsked(_("A filter named a field that is not there any more and was left out."))
    field, type_ = known
    browsing = browsing_of(type_)
    operator = browsing.operators().get(name)
    if operator is None:
        sentence = _("%(field)s cannot be filtered in the way that the address says.")
        raise NotAsked(sentence % {"field": field.name})
    operand = operator.read(text)
    words = operator.words(text) % {"field": field.name, "value": _short(text)}
    condition = _condition(field, operator, operand)
    return Filter(key, text, words, condition, field, browsing, name, operand)


def _condition(field: Field, operator: Operator, operand: Any) -> Callable[[bool], Any]:
    def built(plain: bool) -> Any:
        column = F(field.column)
        return operator.lookup(Plain(column) if plain else column, operand)

    return built


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _by(project: Project, key: str, text: str) -> Filter:
    acts = Contribution.objects.filter(project=project, user__username=text)
    words = _("from %(person)s") % {"person": _short(text)}
    return Filter(key, text, words, lambda plain: Q(contribution__in=acts.values("pk")))


def _contribution(project: Project, key: str, text: str) -> Filter:
    pk = whole(text)
    act = Contribution.objects.filter(project=project, pk=pk or 0).first()
    if act is None:
        raise NotAsked(_("There is no such contribution here: its filter was left out."))
    words = _("contribution %(number)s") % {"number": act.pk}
    return Filter(key, text, words, lambda plain: Q(contribution_id=act.pk))


def _version(project: Project, key: str, text: str) -> Filter:
    number = whole(text)
    if number is None or number > project.schema_version:
        raise NotAsked(_("There is no such version of the fields: its filter was left out."))
    words = _("written under fields v%(number)s") % {"number": readable(number)}
    return Filter(key, text, words, lambda plain: Q(schema_version=number))


def _flag(project: Project, key: str, text: str) -> Filter:
    flags = Flag.objects.filter(project=project, settled=None)
    if text in Flag.Kind.values:
        flags = flags.filter(kind=text)
        words = str(Flag.Kind(text).label)
    elif text == "any":
        words = pgettext("rows", "flagged")
    else:
        raise NotAsked(_("There is no such flag: its filter was left out."))
    return Filter(key, text, words, lambda plain: Q(pk__in=flags.values("row")))


#: What every row has, by its key in the address.
FIXED: dict[str, Callable[[Project, str, str], Filter]] = {
    "by": _by,
    "contribution": _contribution,
    "version": _version,
    "flag": _flag,
}
