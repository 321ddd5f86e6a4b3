"""From a stranger's file to a picture that is safe to keep: decoded once, written anew.

Nothing of the file itself is kept but its pixels: no EXIF (so no place, no camera), no colour
profile, no comment, no second frame, nothing behind the end. The orientation is applied first.
"""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from common.limits import IMAGE_BYTES, IMAGE_PIXELS, IMAGE_SIDE

#: All that Pillow is allowed to try.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
#: No picture that somebody means is longer than this times its height.
LONGEST_SIDE = 20_000
THUMBNAIL = 160
#: A picture without losses may be so large; a larger one is written as JPEG.
LOSSLESS_BYTES = 1024 * 1024
QUALITY = 90
WHITE = (255, 255, 255)


class BadPicture(Exception):
    """The bytes are no picture that we take: ``reason`` is unreadable, bytes, pixels or empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Encoded:
    """A picture written anew: its file, the file of its thumbnail, and the ending of both."""

    data: bytes
    thumbnail: bytes
    ending: str

    @property
    def key(self) -> str:
        """Its name in the storage, made of its bytes."""
        return f"{hashlib.sha256(self.data).hexdigest()}.{self.ending}"


def encode(raw: bytes) -> Encoded:
    """Decode a stranger's bytes and write the picture anew.

    Raises:
        BadPicture: it is too large, in bytes or in pixels, or no picture of ``FORMATS``.
    """
    picture = decoded(raw)
    lossless = picture.info.get("lossless", False)
    picture.thumbnail((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.LANCZOS)
    data = _png(picture) if lossless else b""
    ending = "png" if data and len(data) <= LOSSLESS_BYTES else "jpg"
    if ending == "jpg":
        data = _jpeg(picture)
    small = picture.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return Encoded(data, _png(small) if ending == "png" else _jpeg(small), ending)


def decoded(raw: bytes) -> Image.Image:
    """The first frame as RGB, upright, on white where it lets through.

    Raises:
        BadPicture: as ``encode`` says.
    """
    if not raw:
        raise BadPicture("empty")
    if len(raw) > IMAGE_BYTES:
        raise BadPicture("bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _decoded(raw)
        except BadPicture:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise BadPicture("pixels") from bomb
        except Exception as error:
            # What decoders raise on a stranger's bytes is not a list that anybody keeps.
            raise BadPicture("unreadable") from error


def _decoded(raw: bytes) -> Image.Image:
    with Image.open(BytesIO(raw), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > IMAGE_PIXELS or max(width, height) > LONGEST_SIDE:
            raise BadPicture("pixels")
        lossless = opened.format in ("PNG", "GIF")
        # A JPEG is decoded at a half or a quarter of its size where that is large enough.
        opened.draft("RGB", (2 * IMAGE_SIDE, 2 * IMAGE_SIDE))
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        flat = _on_white(upright)
    flat.info = {"lossless": lossless}
    return flat


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        levels = np.asarray(picture, dtype=np.float64)
        top = 65_535.0 if levels.max(initial=0.0) > 255 else 255.0
        return Image.fromarray((levels * (255.0 / top)).clip(0, 255).astype(np.uint8)).convert(
            "RGB"
        )
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (*WHITE, 255))
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")


def _png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", optimize=False)
    return file.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def file_of(cells: NDArray[np.uint8]) -> bytes:
    """Cells of shape (height, width, 3) or (height, width, 1) as a file without losses."""
    return _png(Image.fromarray(cells if cells.shape[2] == 3 else cells[:, :, 0]))


def pixels(data: bytes, height: int, width: int, channels: int) -> NDArray[np.uint8]:
    """The whole picture as (height, width, channels) levels 0 to 255 (one channel: grey).

    It is shrunk until it fits, its shape kept, and stands in the middle on white.
    """
    picture = decoded(data)
    fitted = ImageOps.pad(picture, (width, height), Image.Resampling.BOX, color=WHITE)
    if channels == 1:
        fitted = fitted.convert("L")
    return np.asarray(fitted, dtype=np.uint8).reshape(height, width, channels)
