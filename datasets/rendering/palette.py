"""The site's colours as sRGB, made from the same oklch numbers as ``static/css/site.css``."""

import math
from collections.abc import Sequence

RGB = tuple[int, int, int]

#: Lightness, chroma and hue of ``--p0`` … ``--p11``; a test compares them with the style sheet.
PIXEL_OKLCH = (
    (0.63, 0.215, 32.0),
    (0.76, 0.165, 60.0),
    (0.89, 0.165, 98.0),
    (0.80, 0.19, 130.0),
    (0.62, 0.155, 150.0),
    (0.70, 0.11, 190.0),
    (0.75, 0.115, 230.0),
    (0.53, 0.20, 264.0),
    (0.50, 0.21, 300.0),
    (0.70, 0.19, 328.0),
    (0.80, 0.105, 10.0),
    (0.47, 0.075, 50.0),
)
#: Colours on which white is read better than ink, as ``static/js/colours.js`` has it.
DARK_PIXELS = frozenset({7, 8, 11})
WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)


def srgb(lightness: float, chroma: float, hue: float) -> RGB:
    """A colour of oklch (hue in degrees) in sRGB; what lies outside is clipped.

    The matrices are those of B. Ottosson, "A perceptual color space for image processing" (2020).
    """
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _byte(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _byte(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _byte(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def _byte(linear: float) -> int:
    """A linear part of light (0..1) as sRGB's byte (IEC 61966-2-1)."""
    linear = min(1.0, max(0.0, linear))
    coded = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * coded)


def mixed(first: RGB, second: RGB, share: float) -> RGB:
    """``share`` of the first colour and the rest of the second."""
    return tuple(round(share * a + (1 - share) * b) for a, b in zip(first, second, strict=True))  # type: ignore[return-value]


PIXELS: tuple[RGB, ...] = tuple(srgb(*colour) for colour in PIXEL_OKLCH)
#: The light theme's chrome.
GROUND = srgb(0.955, 0.010, 300)
SURFACE = srgb(0.992, 0.003, 300)
SUNK = srgb(0.92, 0.014, 300)
EDGE = srgb(0.60, 0.03, 300)
INK = srgb(0.23, 0.045, 295)
INK_2 = srgb(0.44, 0.04, 295)
ACT = srgb(0.46, 0.21, 275)


def on_pixel(colour: int) -> RGB:
    """What can be read on a pixel colour: ink, but white on cobalt, grape and cocoa."""
    return WHITE if colour % len(PIXELS) in DARK_PIXELS else INK


def ramp(colour: int, steps: int = 17) -> Sequence[RGB]:
    """One hue from light to dark, for numbers: as ``ramp`` in ``static/js/colours.js``."""
    own = PIXELS[colour % len(PIXELS)]
    return [_on_ramp(own, step / (steps - 1)) for step in range(steps)]


def _on_ramp(own: RGB, at: float) -> RGB:
    if at < 0.6:
        return mixed(own, WHITE, 0.25 + 0.75 * at / 0.6)
    return mixed(own, BLACK, 1 - 0.55 * (at - 0.6) / 0.4)


def css(colour: RGB) -> str:
    """The colour as CSS and SVG write it."""
    return f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}"
