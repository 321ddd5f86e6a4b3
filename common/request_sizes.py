"""How many bytes the body of a request may have: files go to few addresses, all else is small."""

import re

from common.limits import IMPORT_FILE_BYTES, REQUEST_BODY_BYTES

#: Where files are imported, by page and by program. A form has more parts than its file.
FILES = re.compile(r"/p/[^/]+/contribute/import/|/api/v1/projects/[^/]+/imports/?")
FORM_BYTES = 64 * 1024


def most_bytes(path: str) -> int:
    """The most bytes that a request to this address may bring."""
    if FILES.fullmatch(path):
        return IMPORT_FILE_BYTES + FORM_BYTES
    return REQUEST_BODY_BYTES
