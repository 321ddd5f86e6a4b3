"""Small pictures of drawings for tables: SVG that takes the theme's ink."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: A table's picture needs no more shades than the eye tells apart at its size.
SHADES = 5


def picture(rows: list[list[int]], levels: int, label: str) -> SafeString:
    """The drawing as SVG: one path a shade, each made of horizontal runs."""
    height, width = len(rows), len(rows[0]) if rows else 0
    paths = format_html_join(
        "",
        '<path fill="currentColor" fill-opacity="{}" d="{}"/>',
        ((f"{shade / SHADES:.1f}", path) for shade, path in _runs(rows, levels).items()),
    )
    return format_html(
        '<svg class="cellgrid" viewBox="0 0 {} {}" role="img" aria-label="{}"'
        ' shape-rendering="crispEdges">{}</svg>',
        width,
        height,
        label,
        paths,
    )


def _runs(rows: list[list[int]], levels: int) -> dict[int, str]:
    """Shade → path of all runs of cells with that shade; empty cells are left out."""
    paths: dict[int, list[str]] = {}
    for y, row in enumerate(rows):
        shades = [-(-level * SHADES // levels) for level in row]
        start = 0
        for x in range(1, len(shades) + 1):
            if x < len(shades) and shades[x] == shades[start]:
                continue
            if shades[start]:
                run = f"M{start} {y}h{x - start}v1h{start - x}z"
                paths.setdefault(shades[start], []).append(run)
            start = x
    return {shade: "".join(paths[shade]) for shade in sorted(paths)}
