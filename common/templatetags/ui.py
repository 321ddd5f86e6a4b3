"""Template tags and filters that every template may use (built in, no ``{% load %}``).

``docs/howto/page.md`` lists them with examples.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import numbers, plots, toasts, words
from common.identicon import COLOURS, pixels
from common.text import markdown as to_html

register = template.Library()
#: The SVG sprite of the icons in use; ``scripts/vendor.py`` makes it.
SPRITE = "vendor/pixelarticons/sprite.svg"


@register.filter
def number(value: object, digits: int = 4) -> str:
    """``{{ 41208|number }}`` → 41,208; floats get at most ``digits`` significant digits."""
    return numbers.readable(value, digits)


@register.filter
def percent(value: object, places: int = 1) -> str:
    """``{{ 0.914|percent }}`` → 91.4 %."""
    return numbers.share(value, places)


@register.filter
def markdown(source: str | None) -> SafeString:
    """``{{ project.description|markdown }}``: sanitised HTML of a person's Markdown."""
    return to_html(source or "")


@register.filter
def undo_url(message: Message) -> str:
    """``{{ message|undo_url }}``: the path that undoes the act behind a note, or nothing."""
    return toasts.undo_url(message)


@register.filter
def draft_key(message: Message) -> str:
    """``{{ message|draft_key }}``: the key of the draft that the act has used up, or nothing."""
    return toasts.draft_key(message)


@register.filter
def pixel(colour: object) -> str:
    """``class="{{ project.colour|pixel }}"`` → ``px-6``; anything else becomes a colour too."""
    try:
        return f"px-{int(str(colour)) % COLOURS}"
    except ValueError:
        return "px-0"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "download" %}``: an icon of the sprite; silent unless it gets a label."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" width="24" height="24" {}><use href="{}#{}"/></svg>',
        SafeString(spoken),
        static(SPRITE),
        name,
    )


@register.simple_tag
def identicon(name: object, size: int = 24) -> SafeString:
    """``{% identicon user.username 32 %}``: five by five pixels from a hash of the name."""
    cells = format_html_join(
        "",
        '<rect class="px-{}" x="{}" y="{}" width="1" height="1"/>',
        ((colour, x, y) for x, y, colour in pixels(str(name))),
    )
    return format_html(
        '<svg class="ident" width="{0}" height="{0}" viewBox="-.5 -.5 6 6"'
        ' shape-rendering="crispEdges" aria-hidden="true">{1}</svg>',
        size,
        cells,
    )


@register.simple_tag
def relative_time(moment: dt.datetime | None) -> SafeString:
    """``{% relative_time row.created %}``: the date in full; browsers show "2 minutes ago"."""
    if moment is None:
        return SafeString(numbers.NONE)
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    text = date_format(local, "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{} {}" data-relative>{}</time>',
        local.isoformat(timespec="seconds"),
        text,
        local.tzname() or "",
        text,
    )


@register.simple_tag
def svg_curve(
    train: Sequence[float | None],
    validation: Sequence[float | None],
    baseline: float | None = None,
) -> SafeString:
    """``{% svg_curve train validation baseline %}``: loss per epoch; lists, first epoch first."""
    label = _("Loss per epoch: train and validation, %(count)d epochs") % {
        "count": max(len(train), len(validation))
    }
    return plots.curve(train, validation, baseline, label=label, axis=(_("epoch"), _("loss")))


@register.simple_tag
def sparkline(values: Sequence[float | None], label: str = "") -> SafeString:
    """``{% sparkline losses "validation loss" %}``: a line as small as a word."""
    return plots.sparkline(values, label)


@register.simple_tag
def residual_plot(
    truth: Sequence[float | None], predicted: Sequence[float | None], unit: str = ""
) -> SafeString:
    """``{% residual_plot truth predicted "g" %}``: predicted against true values."""
    tail = f" ({unit})" if unit else ""
    label = _("Predicted against true values, %(count)d rows") % {"count": len(truth)}
    return plots.scatter(
        truth, predicted, label=label, axis=(_("true") + tail, _("predicted") + tail)
    )


@register.simple_tag
def words_for_scripts() -> SafeString:
    """``{% words_for_scripts %}``: what ``static/js/words.js`` reads; the base layout has it."""
    return json_script(words.spoken(), "words")


@register.inclusion_tag("components/_confusion.html")
def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> dict[str, object]:
    """``{% confusion labels counts %}``: counts[true][predicted], shaded within each true class."""
    rows = []
    for index, (label, row) in enumerate(zip(labels, counts, strict=True)):
        total = sum(row)
        cells = [
            {"count": count, "heat": f"h{_heat(count, total)}", "right": at == index}
            for at, count in enumerate(row)
        ]
        rows.append({"label": label, "cells": cells, "total": total})
    return {"labels": labels, "rows": rows}


@register.inclusion_tag("components/_bars.html")
def bars(values: Mapping[str, float] | Sequence[tuple[str, float]]) -> dict[str, object]:
    """``{% bars probabilities %}``: label → share of 1, the highest set in bold."""
    pairs = list(values.items() if isinstance(values, Mapping) else values)
    best = max((value for _label, value in pairs), default=None)
    return {"bars": [{"label": k, "value": v, "best": v == best} for k, v in pairs]}


@register.inclusion_tag("components/_progress.html")
def progress(count: int, goal: int | None, colour: int | None = None) -> dict[str, object]:
    """``{% progress count goal project.colour %}``: a bar with words, or just the count."""
    share = numbers.ratio(count, goal or 0)
    return {"count": count, "goal": goal, "share": share, "colour": colour, "full": share >= 1}


@register.inclusion_tag("components/_stat.html")
def stat(label: str, value: object, best: bool = False) -> dict[str, object]:
    """``<dl class="stats">{% stat "Validation accuracy" 0.914|percent %}</dl>``: a big number."""
    return {"label": label, "value": value, "best": best}


@register.inclusion_tag("components/_empty.html")
def empty(
    title: str, text: str = "", url: str = "", action: str = "", colour: int | None = None
) -> dict[str, object]:
    """``{% empty "Nothing here yet." text url "Place the first datapoint" %}``: an invitation."""
    return {"title": title, "text": text, "url": url, "action": action, "colour": colour}


def _heat(count: int, total: int) -> int:
    """Return the shade 0..8 of a cell: 0 only for no rows at all."""
    return 0 if not count else max(1, round(8 * count / total))
