"""Avatars without uploads: five by five pixels, mirrored, drawn from a hash of the name."""

import hashlib

#: How many pixel colours the site has: ``.px-0`` to ``.px-11`` in ``static/css/site.css``.
COLOURS = 12
_SIDE = 5


def pixels(name: str) -> list[tuple[int, int, int]]:
    """Return (x, y, colour) of the lit cells of a name's 5 x 5 avatar.

    The first three columns come from the hash, the other two mirror them. Five to ten of the
    fifteen free cells are lit, so no avatar is blank or solid.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    main, second = digest[0] % COLOURS, (digest[0] + 1 + digest[1] % (COLOURS - 1)) % COLOURS
    free = [(x, y) for y in range(_SIDE) for x in range(3)]
    order = sorted(free, key=lambda cell: digest[2 + cell[1] * 3 + cell[0]])
    lit = order[: 5 + digest[20] % 6]
    cells = []
    for index, (x, y) in enumerate(lit):
        colour = second if index < digest[21] % 4 else main
        cells.append((x, y, colour))
        if x < _SIDE // 2:
            cells.append((_SIDE - 1 - x, y, colour))
    return cells
