"""Small pictures for tables: drawings as SVG, which takes the theme's ink, photos as PNG."""

import base64
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from numpy.typing import NDArray
from PIL import Image

#: A table's picture needs no more shades than the eye tells apart at its size.
SHADES = 5


def drawing(
    rows: list[list[int]], levels: int, label: str, palette: Sequence[str] = ()
) -> SafeString:
    """The drawing as SVG: one path a shade or colour, each made of horizontal runs."""
    height, width = len(rows), len(rows[0]) if rows else 0
    if palette:
        paths = format_html_join(
            "",
            '<path fill="{}" d="{}"/>',
            ((palette[number], path) for number, path in _runs(rows).items()),
        )
        ground = format_html('<path fill="{}" d="M0 0h{}v{}H0z"/>', palette[0], width, height)
        paths = ground + paths
    else:
        shades = [[-(-level * SHADES // levels) for level in row] for row in rows]
        paths = format_html_join(
            "",
            '<path fill="currentColor" fill-opacity="{}" d="{}"/>',
            ((f"{shade / SHADES:.1f}", path) for shade, path in _runs(shades).items()),
        )
    return format_html(
        '<svg class="cellgrid" viewBox="0 0 {} {}" role="img" aria-label="{}"'
        ' shape-rendering="crispEdges">{}</svg>',
        width,
        height,
        label,
        paths,
    )


def _runs(rows: list[list[int]]) -> dict[int, str]:
    """Number → path of all runs of cells with that number; cells with 0 are left out."""
    paths: dict[int, list[str]] = {}
    for y, numbers in enumerate(rows):
        start = 0
        for x in range(1, len(numbers) + 1):
            if x < len(numbers) and numbers[x] == numbers[start]:
                continue
            if numbers[start]:
                run = f"M{start} {y}h{x - start}v1h{start - x}z"
                paths.setdefault(numbers[start], []).append(run)
            start = x
    return {number: "".join(paths[number]) for number in sorted(paths)}


def photo(cells: "NDArray[Any]", label: str) -> SafeString:
    """Cells of shape (height, width, 3) or (height, width, 1) as a picture in the page itself."""
    file = BytesIO()
    Image.fromarray(cells if cells.shape[2] == 3 else cells[:, :, 0]).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return format_html(
        '<img class="cellgrid" src="data:image/png;base64,{}" width="{}" height="{}" alt="{}">',
        data,
        cells.shape[1],
        cells.shape[0],
        label,
    )
