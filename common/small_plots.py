"""Charts as small as a column's head or a tile, drawn on the server as ``common.plots`` draws."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common.plots import finite, path, scale

WIDTH, HEIGHT = 112, 36
#: So many lines of one multiple get a colour of their own; more would be a tangle.
LINES = 6
#: The least that a bar of one row is high.
LEAST = 2


class Column(NamedTuple):
    """One bar: its share of the highest one, the words that say it, where a click leads."""

    share: float
    words: str
    href: str = ""
    colour: int | None = None


def histogram(columns: Sequence[Column], label: str) -> SafeString:
    """Return bars side by side; each is a link where it has an address.

    The links are for pointers only, since there are many: a page that shows them says the same
    with a form.
    """
    if not columns:
        return mark_safe("")
    step = WIDTH / len(columns)
    gap = 1 if step > 3 else 0
    bars = (_bar(one, at * step, step - gap) for at, one in enumerate(columns))
    return format_html(
        '<svg class="histo" width="{}" height="{}" viewBox="0 0 {} {}" role="group"'
        ' aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        label,
        format_html_join("", "{}", ((bar,) for bar in bars)),
    )


def _bar(column: Column, left: float, width: float) -> SafeString:
    high = max(LEAST, column.share * HEIGHT) if column.share > 0 else 0.0
    colour = "" if column.colour is None else f"px-{column.colour}"
    colour = colour or ("" if column.href else "rest")
    drawn = format_html(
        '<title>{}</title><rect class="all" x="{}" width="{}" height="{}"/>'
        '<rect class="v {}" x="{}" y="{}" width="{}" height="{}"/>',
        column.words,
        f"{left:.1f}",
        f"{width:.1f}",
        HEIGHT,
        colour,
        f"{left:.1f}",
        f"{HEIGHT - high:.1f}",
        f"{width:.1f}",
        f"{high:.1f}",
    )
    if not column.href:
        return format_html("<g>{}</g>", drawn)
    link = '<a href="{}" tabindex="-1" aria-label="{}">{}</a>'
    return format_html(link, column.href, column.words, drawn)


def multiple(lines: Sequence[Sequence[float | None]], label: str) -> SafeString:
    """Return several lines over one axis without numbers: a sequence as a tile shows it."""
    known = finite(value for line in lines for value in line)
    if len(known) < 2:
        return mark_safe("")
    y = scale(min(known), max(known), 93, 3)
    drawn = format_html_join(
        "",
        '<path class="l{}" d="{}"/>',
        ((at % LINES, _path(line, y)) for at, line in enumerate(lines)),
    )
    return format_html(
        '<svg class="multiple" viewBox="0 0 160 96" role="img" aria-label="{}">{}</svg>',
        label,
        drawn,
    )


def _path(line: Sequence[float | None], y: "object") -> str:
    x = scale(0, max(1, len(line) - 1), 3, 157)
    assert callable(y)
    return path(
        None if value is None else (x(at), y(float(value))) for at, value in enumerate(line)
    )
