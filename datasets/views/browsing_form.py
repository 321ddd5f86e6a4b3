"""The filter's form: every filter without a script, and without knowing how addresses are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.numbers import readable
from datasets.browsing import browsing_of
from datasets.browsing.classed import Classed
from datasets.models import Flag
from datasets.queries.data_page import Column, DataPage
from datasets.queries.data_view import ARRIVAL, STATES, TABLE, DataView

#: Operators that the form asks for; a filter with another one is carried along.
ASKED = {"limits": ("ge", "le"), "classes": ("in",), "words": ("contains",)}
#: More classes than these are picked from a list.
CHECKBOXES = 16


class Choice(NamedTuple):
    """One choice of the filter's form."""

    text: str
    words: str
    chosen: bool
    rows: str = ""
    colour: int | None = None


@dataclass(frozen=True)
class Question:
    """What the form asks of one column; ``texts`` are what the view asks now, by operator."""

    column: Column
    texts: dict[str, str]
    choices: tuple[Choice, ...] = ()

    @property
    def as_list(self) -> bool:
        return len(self.choices) > CHECKBOXES

    @property
    def missing(self) -> str:
        return self.texts.get("missing", "")


@dataclass(frozen=True)
class Form:
    """What the form shows.

    ``carried`` are hidden inputs: keys and texts that it has no other input for.
    """

    questions: list[Question]
    by: str
    flags: list[Choice]
    states: list[Choice]
    orders: list[Choice]
    columns: list[Choice]
    carried: list[tuple[str, str]]

    @classmethod
    def of(cls, page: DataPage) -> "Form":
        """The form of a page."""
        view = page.view
        return cls(
            questions=[_question(view, column) for column in page.columns],
            by=_text(view, "by"),
            flags=_flags(view),
            states=_states(view),
            orders=_orders(view),
            columns=_columns(view),
            carried=_carried(view),
        )


def _question(view: DataView, column: Column) -> Question:
    texts = {one.operator: one.text for one in view.filters if one.field == column.field}
    browsing = browsing_of(column.type_)
    if not isinstance(browsing, Classed):
        return Question(column, texts)
    chosen = set(texts.get("in", "").split(","))
    amounts = browsing.counts(column.summary) if column.summary else {}
    return Question(
        column,
        texts,
        tuple(
            Choice(
                str(code),
                str(entry["label"]),
                str(code) in chosen,
                readable(amounts.get(code, 0)) if column.summary else "",
                int(entry["colour"]),
            )
            for code, entry in browsing.classes().items()
        ),
    )


def _carried(view: DataView) -> list[tuple[str, str]]:
    """What the form has no input for and must not lose."""
    shown = {field.pk: browsing_of(type_).form for field, type_ in view.shown}
    kept = []
    for one in view.filters:
        form = shown.get(one.field.pk, "?") if one.field else ""
        asked = one.field is not None and one.operator in (*ASKED.get(form, ()), "missing")
        if not (asked and form != "?") and one.key not in ("by", "flag"):
            kept.append((one.key, one.text))
    if view.shape != TABLE:
        kept.append(("as", view.shape))
    return kept


def _text(view: DataView, key: str) -> str:
    """What the view asks under a fixed key."""
    return next((one.text for one in view.filters if one.key == key), "")


def _orders(view: DataView) -> list[Choice]:
    """The orders to choose from."""
    found = [
        Choice(f"-{ARRIVAL}", _("newest first"), False),
        Choice(ARRIVAL, _("oldest first"), False),
    ]
    for field, type_ in view.fields:
        if browsing_of(type_).sortable:
            parts = {"field": field.name}
            found.append(Choice(str(field.pk), _("%(field)s, rising") % parts, False))
            found.append(Choice(f"-{field.pk}", _("%(field)s, falling") % parts, False))
    return [one._replace(chosen=one.text == view.order.text) for one in found]


def _columns(view: DataView) -> list[Choice]:
    """All fields, for whoever wants other columns."""
    shown = {field.pk for field, _type in view.shown}
    return [Choice(str(f.pk), f.name, f.pk in shown) for f, _type in view.fields]


def _flags(view: DataView) -> list[Choice]:
    """Why rows are flagged, to choose from."""
    chosen = _text(view, "flag")
    listed: Iterable[tuple[str, Any]] = [("any", _("any")), *Flag.Kind.choices]
    return [Choice(text, str(words), text == chosen) for text, words in listed]


def _states(view: DataView) -> list[Choice]:
    """What maintainers may look at, to choose from."""
    return [Choice(name, str(words), name == view.state) for name, (_s, words) in STATES.items()]
