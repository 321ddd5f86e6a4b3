"""Where a new project may begin: ready descriptions of a datapoint."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from datasets.drafts import FieldDraft

DIGITS = [str(digit) for digit in range(10)]


class Starter(NamedTuple):
    """One beginning: its name in addresses, words for its card, task and fields."""

    key: str
    title: str | Promise
    text: str | Promise
    task: str
    fields: tuple[FieldDraft, ...]


STARTERS = (
    Starter(
        "digit",
        _("Handwritten digit"),
        _("People draw a digit on 8 × 8 cells and say which it is."),
        "classification",
        (
            FieldDraft("drawing", "grid", options={"height": 8, "width": 8, "max": 16}),
            FieldDraft("label", "category", "target", options={"categories": DIGITS}),
        ),
    ),
    Starter(
        "table",
        _("Measured things"),
        _("People measure something, such as a penguin, and say what it is."),
        "classification",
        (
            FieldDraft("length", "number", unit="mm", options={"minimum": 0}),
            FieldDraft("width", "number", unit="mm", options={"minimum": 0}),
            FieldDraft("weight", "number", unit="g", required=False, options={"minimum": 0}),
            FieldDraft("kind", "category", "target", options={"categories": ["A", "B"]}),
        ),
    ),
    Starter(
        "strokes",
        _("Pen strokes"),
        _("People write with pen or mouse; the path is 8 points, each with x and y."),
        "classification",
        (
            FieldDraft(
                "stroke", "sequence", options={"channels": 2, "min_length": 8, "max_length": 8}
            ),
            FieldDraft("label", "category", "target", options={"categories": DIGITS}),
        ),
    ),
    Starter(
        "blank",
        _("Blank"),
        _("You describe every field yourself."),
        "classification",
        (FieldDraft("", "number"), FieldDraft("", "category", "target")),
    ),
)


def starter_named(key: str) -> Starter | None:
    """The starter of that key, or None."""
    return next((starter for starter in STARTERS if starter.key == key), None)
