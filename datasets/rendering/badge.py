"""The badge for a README: a project's name and how many datapoints it has, as SVG."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from datasets.rendering import lettering, palette
from datasets.rendering.preview import datapoints

HEIGHT = 20
LETTERS = 11
PADDING = 8
#: The mark's room at the left.
MARK = 20
NAME_WIDTH = 220


def badge(name: str, colour: int, accepted: int) -> SafeString:
    """The badge. Its words are measured, and ``textLength`` holds them in any reader's font."""
    font = lettering.text(LETTERS)
    title = lettering.shortened(name, font, NAME_WIDTH)
    words = datapoints(accepted)
    left = MARK + round(font.getlength(title)) + 2 * PADDING - 4
    right = round(font.getlength(words)) + 2 * PADDING
    part = format_html(
        '<text x="{}" y="14" fill="{}" textLength="{}">{}</text>',
        MARK + PADDING - 4,
        palette.css(palette.SURFACE),
        left - MARK - 2 * PADDING + 4,
        title,
    ) + format_html(
        '<text x="{}" y="14" fill="{}" textLength="{}">{}</text>',
        left + PADDING,
        palette.css(palette.on_pixel(colour)),
        right - 2 * PADDING,
        words,
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" role="img"'
        ' aria-label="{2}"><title>{2}</title><rect width="{3}" height="{1}" fill="{4}"/>'
        '<rect x="{3}" width="{5}" height="{1}" fill="{6}"/>{7}'
        '<g font-family="Verdana,DejaVu Sans,sans-serif" font-size="{8}">{9}</g></svg>',
        left + right,
        HEIGHT,
        f"{name}: {words}",
        left,
        palette.css(palette.INK),
        right,
        palette.css(palette.PIXELS[colour % len(palette.PIXELS)]),
        _mark(),
        LETTERS,
        part,
    )


def _mark() -> SafeString:
    """Three squares of the mark, light on ink."""
    return format_html(
        '<path fill="{}" d="M6 5h10v2H8v6h8v2H6z"/><path fill="{}" d="M10 9h2v2h-2z"/>'
        '<path fill="{}" d="M14 9h2v2h-2z"/>',
        palette.css(palette.PIXELS[6]),
        palette.css(palette.PIXELS[0]),
        palette.css(palette.PIXELS[2]),
    )
