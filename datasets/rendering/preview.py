"""The picture that goes with a shared link, and the bare wall of embeds."""

import io
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image, ImageDraw

from common import numbers
from datasets.rendering import lettering, palette
from datasets.rendering.painting import painted
from datasets.rendering.sample import Wall

#: What social networks ask for; others cut it.
PREVIEW = (1200, 630)
EMBED = (1200, 480)
MARGIN = 56
#: The wall stands in a panel that reaches the edges of the picture.
PANEL_TOP = 228
PANEL_EDGE = 24
#: Size and lines, the first that fits; 60 characters fit the last.
NAME_SIZES = ((96, 1), (80, 1), (64, 1), (48, 2))
NAME_BASE = 148
#: The mark on a board of five by five squares: left, top, width, height, pixel colour.
MARK = ((0, 0, 5, 1, 7), (0, 1, 1, 4, 7), (1, 4, 4, 1, 7), (2, 2, 1, 1, 0), (4, 2, 1, 1, 2))


def preview(wall: Wall) -> bytes:
    """Name, counts and the wall, as PNG of 1200 x 630 pixels."""
    width, height = PREVIEW
    image = Image.new("RGB", PREVIEW, palette.GROUND)
    draw = ImageDraw.Draw(image)
    area = (width - 2 * PANEL_EDGE, height - PANEL_TOP - 2 * PANEL_EDGE)
    canvas, grid = painted(wall, *area)
    image.paste(palette.SUNK, (0, PANEL_TOP, width, height))
    image.paste(Image.fromarray(canvas), (PANEL_EDGE, PANEL_TOP + PANEL_EDGE))
    _head(draw, wall)
    _scale(draw, wall, grid.share)
    return png(image)


def site_preview(walls: Sequence[Wall], datapoints_in_all: int) -> bytes:
    """What the site says of itself, and its largest walls side by side, as PNG."""
    width, height = PREVIEW
    image = Image.new("RGB", PREVIEW, palette.GROUND)
    draw = ImageDraw.Draw(image)
    _mark(draw, MARGIN, 30, 6)
    draw.text((MARGIN + 42, 42), "CrowdControlled", palette.INK_2, lettering.display(40), "lm")
    words = _("Everyone adds one. Together it learns.")
    font, lines = lettering.fitted(words, width - 2 * MARGIN, sizes=NAME_SIZES)
    draw.text((MARGIN, NAME_BASE), " ".join(lines), palette.INK, font, "ls")
    said = datapoints(datapoints_in_all)
    draw.text((MARGIN, 190), said, palette.INK_2, lettering.text(32), "lm")
    image.paste(palette.SUNK, (0, PANEL_TOP, width, height))
    for number, wall in enumerate(walls):
        _column(image, draw, wall, number, len(walls))
    return png(image)


def _column(
    image: Image.Image, draw: ImageDraw.ImageDraw, wall: Wall, number: int, columns: int
) -> None:
    """One of several walls, with its name above it."""
    width = (PREVIEW[0] - (columns + 1) * PANEL_EDGE) // columns
    left = PANEL_EDGE + number * (width + PANEL_EDGE)
    top = PANEL_TOP + PANEL_EDGE
    font = lettering.text(22)
    name = lettering.drawable(wall.project.name, font) or wall.project.slug
    draw.rectangle((left, top + 2, left + 15, top + 17), palette.PIXELS[wall.project.colour])
    name = lettering.shortened(name, font, width - 24)
    draw.text((left + 24, top + 10), name, palette.INK, font, "lm")
    canvas, _grid = painted(wall, width, PREVIEW[1] - top - PANEL_EDGE - 32)
    image.paste(Image.fromarray(canvas), (left, top + 32))


def bare(wall: Wall) -> bytes:
    """The wall alone, as PNG of 1200 x 480 pixels."""
    canvas, _grid = painted(wall, *EMBED)
    return png(Image.fromarray(canvas))


def png(image: Image.Image) -> bytes:
    """The image as PNG."""
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()


def counted(wall: Wall) -> str:
    """How many datapoints by how many people, and the goal."""
    words = [datapoints(wall.accepted)]
    if wall.people:
        by = ngettext("by %(count)s person", "by %(count)s people", wall.people)
        words.append(by % {"count": numbers.readable(wall.people)})
    if wall.project.goal:
        goal = _("goal %(goal)s") % {"goal": numbers.readable(wall.project.goal)}
        return f"{' '.join(words)} · {goal}"
    return " ".join(words)


def datapoints(count: int) -> str:
    """1,797 datapoints."""
    words = ngettext("%(count)s datapoint", "%(count)s datapoints", count)
    return words % {"count": numbers.readable(count)}


def _head(draw: ImageDraw.ImageDraw, wall: Wall) -> None:
    _mark(draw, MARGIN, 30, 6)
    draw.text((MARGIN + 42, 42), "CrowdControlled", palette.INK_2, lettering.display(40), "lm")
    _name(draw, wall)
    draw.rectangle((MARGIN, 178, MARGIN + 23, 201), palette.PIXELS[wall.project.colour])
    draw.text((MARGIN + 38, 190), counted(wall), palette.INK_2, lettering.text(32), "lm")


def _name(draw: ImageDraw.ImageDraw, wall: Wall) -> None:
    # A name in letters that the face lacks is told by the address, which is always Latin.
    words = lettering.drawable(wall.project.name, lettering.display(40))
    words = words or reverse("project", args=[wall.project.slug])
    font, lines = lettering.fitted(words, PREVIEW[0] - 2 * MARGIN, sizes=NAME_SIZES)
    for number, line in enumerate(reversed(lines)):
        base = NAME_BASE - number * round(font.size * 0.84)
        draw.text((MARGIN, base), line, palette.INK, font, "ls")


def _mark(draw: ImageDraw.ImageDraw, left: int, top: int, unit: int) -> None:
    for x, y, width, height, colour in MARK:
        box = (left + x * unit, top + y * unit)
        end = (box[0] + width * unit - 1, box[1] + height * unit - 1)
        draw.rectangle((*box, *end), palette.PIXELS[colour])


def _scale(draw: ImageDraw.ImageDraw, wall: Wall, share: int) -> None:
    """What one cell stands for; a chart says its scale."""
    if wall.tile:
        words = ngettext("1 picture = %(n)s datapoint", "1 picture = %(n)s datapoints", share)
    else:
        words = ngettext("1 pixel = %(n)s datapoint", "1 pixel = %(n)s datapoints", share)
    said = words % {"n": numbers.readable(share)}
    if wall.room > wall.total:
        said = f"{said}; {_('empty = still missing')}"
    place = (PREVIEW[0] - MARGIN, 42)
    draw.text(place, said, palette.INK_2, lettering.text(24), "rm")
