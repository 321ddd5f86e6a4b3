"""How the decoding child speaks to its parent: frames of a letter, a length and so many bytes.

Loaded by the child as well: no Django here.
"""

import struct
from typing import IO

#: A JSON object, and a batch of rows as Arrow's IPC writes it.
JSON, ROWS = b"J", b"R"
HEAD = struct.Struct("<cQ")
#: The parent takes no longer frame, whatever the child says.
FRAME_BYTES = 32 * 1024 * 1024


class BadFrame(Exception):
    """What came is no frame, or a far too long one."""


def write_frame(out: IO[bytes], letter: bytes, data: "bytes | memoryview") -> None:
    """Send one frame."""
    out.write(HEAD.pack(letter, len(data)))
    out.write(data)


def read_frame(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next frame's letter and bytes; None when nothing more comes.

    Raises:
        BadFrame: it breaks off, or is longer than ``FRAME_BYTES``.
    """
    head = pipe.read(HEAD.size)
    if not head:
        return None
    if len(head) < HEAD.size:
        raise BadFrame("broken off")
    letter, size = HEAD.unpack(head)
    if letter not in (JSON, ROWS) or size > FRAME_BYTES:
        raise BadFrame("no frame")
    data = pipe.read(size)
    if len(data) < size:
        raise BadFrame("broken off")
    return letter, data
