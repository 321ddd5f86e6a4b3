"""Small charts drawn on the server as SVG: they work without JavaScript and under a strict CSP.

Colours come from classes in ``static/css/data.css``, sizes from attributes; no inline style.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common.numbers import readable

Scale = Callable[[float], float]
#: Space for the numbers beside and under a chart, in SVG units.
_LEFT, _BOTTOM, _TOP, _RIGHT = 52, 28, 10, 12
#: How far an axis that counts from 0 goes beyond its last point, so that its number has room.
ROOM = 1.06


def finite(values: Iterable[float | None]) -> list[float]:
    """Return the values that are real numbers."""
    return [float(v) for v in values if v is not None and math.isfinite(float(v))]


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round numbers (1, 2 or 5 times a power of ten apart) between low and high."""
    if not high > low:
        return [low]
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999), 10 * power)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """Return the function that maps low..high onto start..end (the middle if low equals high)."""
    if not high > low:
        return lambda _: (start + end) / 2
    return lambda value: start + (value - low) / (high - low) * (end - start)


def path(points: Iterable[tuple[float, float] | None]) -> str:
    """Return an SVG path through the points; None lifts the pen."""
    parts, down = [], False
    for point in points:
        if point is None:
            down = False
            continue
        parts.append(f"{'L' if down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        down = True
    return "".join(parts)


def sparkline(values: Sequence[float | None], label: str = "") -> SafeString:
    """Return a 72 x 24 line without axes, or nothing for fewer than two numbers."""
    known = finite(values)
    if len(known) < 2:
        return mark_safe("")
    x, y = scale(0, len(values) - 1, 2, 70), scale(min(known), max(known), 21, 3)
    return format_html(
        '<svg class="spark" width="72" height="24" viewBox="0 0 72 24" role="img"'
        ' aria-label="{}"><path d="{}"/></svg>',
        label,
        path(_points(values, x, y)),
    )


def curve(
    train: Sequence[float | None],
    validation: Sequence[float | None],
    baseline: float | None = None,
    *,
    label: str,
    axis: tuple[str, str],
    size: tuple[int, int] = (640, 280),
) -> SafeString:
    """Return the loss per epoch: train thin, validation bold, baseline dashed.

    Args:
        train: the training loss of each epoch, the first epoch first; None leaves a gap.
        validation: the same for the validation rows; may be shorter or longer.
        baseline: the loss of guessing, drawn as a dashed line; None leaves it out.
        label: what a screen reader says of the whole picture.
        axis: the words under and beside the chart (x, y).
        size: width and height in SVG units; the picture itself grows with its column.
    """
    known = finite([*train, *validation, baseline])
    if not known:
        return mark_safe("")
    epochs = max(len(train), len(validation))
    x, y = _scales((1, max(epochs, 2)), (min(0.0, *known), max(known)), size)
    lines = format_html(
        '<path class="a" d="{}"/><path class="b" d="{}"/>{}',
        path(_points(train, x, y, first=1)),
        path(_points(validation, x, y, first=1)),
        _level(baseline, y, size),
    )
    whole = [t for t in ticks(1, max(epochs, 2), 8) if t == int(t)]
    frame = _frame(x, y, whole, ticks(min(0.0, *known), max(known)), axis, size)
    return _svg(label, size, frame, lines)


class Estimate(NamedTuple):
    """A measured value at ``x`` with the ends of its interval, where they are known."""

    x: float
    y: float
    low: float | None
    high: float | None
    #: What a pointer that rests on it is told.
    title: str


def learning(
    points: Sequence[Estimate],
    baseline: float | None = None,
    *,
    label: str,
    axis: tuple[str, str],
    shown: Callable[[float], str] = readable,
    size: tuple[int, int] = (640, 280),
) -> SafeString:
    """Return a value against the amount of data, each with its interval, guessing dashed.

    Args:
        points: ordered by ``x``, which counts from 0; none give nothing.
        baseline: the value of guessing; None leaves it out.
        label: what a screen reader says of the whole picture.
        axis: the words under and beside the chart (x, y).
        shown: how a number of the y axis is written.
        size: width and height in SVG units.
    """
    if not points:
        return mark_safe("")
    known = finite([v for p in points for v in (p.y, p.low, p.high)] + [baseline])
    across = (0.0, ROOM * points[-1].x)
    x, y = _scales(across, (min(known), max(known)), size)
    bars = path(
        place
        for p in points
        if p.low is not None and p.high is not None
        for place in ((x(p.x), y(p.low)), (x(p.x), y(p.high)), None)
    )
    dots = format_html_join(
        "",
        '<rect class="pt" x="{}" y="{}" width="7" height="7"><title>{}</title></rect>',
        ((f"{x(p.x) - 3.5:.1f}", f"{y(p.y) - 3.5:.1f}", p.title) for p in points),
    )
    drawn = format_html(
        '<path class="band" d="{}"/>{}<path class="a" d="{}"/><path class="bars" d="{}"/>{}',
        _band(points, x, y),
        _level(baseline, y, size),
        path((x(p.x), y(p.y)) for p in points),
        bars,
        dots,
    )
    whole = [int(t) for t in ticks(*across, 5) if t == int(t)]
    frame = _frame(x, y, whole, ticks(min(known), max(known), 6), axis, size, shown)
    return _svg(label, size, frame, drawn)


def _band(points: Sequence[Estimate], x: Scale, y: Scale) -> str:
    """The area between the ends of the intervals, where they are known."""
    known = [(x(p.x), y(p.low), y(p.high)) for p in points if None not in (p.low, p.high)]  # type: ignore[arg-type]
    if len(known) < 2:
        return ""
    edge = [(at, high) for at, _low, high in known] + [(at, low) for at, low, _ in reversed(known)]
    return path(edge) + "Z"


def scatter(
    truth: Sequence[float | None],
    predicted: Sequence[float | None],
    *,
    label: str,
    axis: tuple[str, str],
    size: tuple[int, int] = (480, 400),
    most: int = 1500,
) -> SafeString:
    """Return predictions against the truth with the line where both are equal.

    Pairs with an unknown side are left out. Of more than ``most`` pairs every k-th is drawn.
    """
    pairs = [
        (float(t), float(p))
        for t, p in zip(truth, predicted, strict=True)
        if len(finite((t, p))) == 2 and t is not None and p is not None
    ]
    if not pairs:
        return mark_safe("")
    pairs = pairs[:: math.ceil(len(pairs) / most)]
    low, high = min(map(min, pairs)), max(map(max, pairs))
    x, y = _scales((low, high), (low, high), size)
    dots = format_html_join(
        "",
        '<rect class="pt" x="{}" y="{}" width="5" height="5"/>',
        ((f"{x(t) - 2.5:.1f}", f"{y(p) - 2.5:.1f}") for t, p in pairs),
    )
    even = format_html('<path class="even" d="{}"/>', path([(x(v), y(v)) for v in (low, high)]))
    marks = ticks(low, high, 5)
    return _svg(label, size, _frame(x, y, marks, marks, axis, size), even + dots)


def _points(
    values: Sequence[float | None], x: Scale, y: Scale, first: int = 0
) -> list[tuple[float, float] | None]:
    return [
        (x(index + first), y(float(value))) if finite([value]) and value is not None else None
        for index, value in enumerate(values)
    ]


def _scales(
    across: tuple[float, float], up: tuple[float, float], size: tuple[int, int]
) -> tuple[Scale, Scale]:
    width, height = size
    return (
        scale(*across, _LEFT, width - _RIGHT),
        scale(*up, height - _BOTTOM - 16, _TOP),
    )


def _level(value: float | None, y: Scale, size: tuple[int, int]) -> SafeString:
    if value is None or not math.isfinite(value):
        return mark_safe("")
    height = f"{y(value):.1f}"
    return format_html('<path class="base" d="M{} {}H{}"/>', _LEFT, height, size[0] - _RIGHT)


def _frame(
    x: Scale,
    y: Scale,
    across: Sequence[float],
    up: Sequence[float],
    axis: tuple[str, str],
    size: tuple[int, int],
    shown: Callable[[float], str] = readable,
) -> SafeString:
    """Return grid lines, their numbers and the words of both axes."""
    width, height = size
    foot = height - _BOTTOM - 16
    columns = format_html_join(
        "",
        '<path class="axis" d="M{} {}V{}"/><text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{x(v):.1f}", _TOP, foot, f"{x(v):.1f}", foot + 18, readable(v)) for v in across),
    )
    rows = format_html_join(
        "",
        '<path class="axis" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (_LEFT, f"{y(v):.1f}", width - _RIGHT, _LEFT - 8, f"{y(v) + 4:.1f}", shown(v))
            for v in up
        ),
    )
    words = format_html(
        '<text x="{}" y="{}" text-anchor="end">{}</text><text x="{}" y="{}">{}</text>',
        width - _RIGHT,
        height - 4,
        axis[0],
        4,
        height - 4,
        axis[1],
    )
    return columns + rows + words


def _svg(label: str, size: tuple[int, int], *parts: SafeString) -> SafeString:
    return format_html(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        size[0],
        size[1],
        label,
        mark_safe("".join(parts)),  # noqa: S308 - every part came out of format_html
    )
