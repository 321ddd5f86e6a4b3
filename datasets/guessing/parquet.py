"""Parquet files of people, unpacked by a child process: a small one may unpack to anything."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import IMPORT_COLUMNS, IMPORT_ROWS, OPENING_BYTES
from datasets.field_types.base import shown
from datasets.guessing.sheet import Sheet

MODULE = "datasets.guessing.parquet_child"
SECONDS = 30
#: What the child may say: unpacked rows as JSON are longer than the file.
ANSWER_BYTES = 4 * OPENING_BYTES


def read_parquet(data: bytes, most: int = IMPORT_ROWS) -> Sheet:
    """The first ``most`` rows of a Parquet file as texts.

    Raises:
        Refused: it is no Parquet file, has too many columns or binary cells, or unpacks to more
            than the caps allow.
    """
    answer = _answer(data, most)
    head = next(answer, None)
    if not isinstance(head, dict) or "header" not in head:
        raise _refusal(head)
    sheet = Sheet(header=head["header"], rows=[], total=int(head["total"]))
    if head["binary"]:
        sentence = _("Left out, since it holds binary data such as pictures: %(names)s.")
        sheet.notes.append(sentence % {"names": ", ".join(map(shown, head["binary"]))})
    for line in answer:
        if not isinstance(line, list):
            raise _refusal(line)
        sheet.rows.append(line)
    if len(sheet.rows) < min(sheet.total, most):
        raise _too_large()
    return sheet


def _answer(data: bytes, most: int) -> Iterator[Any]:
    """The child's lines. It is ended when it takes too long, says too much, or nobody listens."""
    command = [sys.executable, "-m", MODULE, str(most), str(IMPORT_COLUMNS)]
    with subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        clock = threading.Timer(SECONDS, child.kill)
        clock.start()
        try:
            feeder = threading.Thread(target=_feed, args=(child.stdin, data), daemon=True)
            feeder.start()
            assert child.stdout is not None
            yield from _lines(child.stdout)
        finally:
            clock.cancel()
            child.kill()


#: Nothing of this process's environment: neither the site's key nor the database's address.
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


def _feed(pipe: IO[bytes] | None, data: bytes) -> None:
    assert pipe is not None
    # A child that has ended does not listen to the rest.
    with suppress(BrokenPipeError), pipe:
        pipe.write(data)


def _lines(out: IO[bytes]) -> Iterator[Any]:
    said = 0
    while line := out.readline(ANSWER_BYTES):
        said += len(line)
        if said > ANSWER_BYTES:
            raise _too_large()
        try:
            yield json.loads(line)
        except ValueError:
            # Cut off in the middle: the child was ended by a cap.
            return


def _too_large() -> Refused:
    message = _(
        "This Parquet file unpacks to more than a project can be opened from. Send its first "
        "rows, fewer columns, or a CSV file."
    )
    return Refused(message, field="file", status=413)


def _refusal(said: Any) -> Refused:
    fault = said.get("fault") if isinstance(said, dict) else None
    if fault == "columns":
        message = _("The file has %(count)s columns; the most is %(limit)s. Leave some out.")
        parts = {"count": said["count"], "limit": IMPORT_COLUMNS}
        return Refused(message % parts, field="file")
    if fault == "cell":
        message = _("Row %(row)s cannot be read: a cell holds %(reason)s. Leave that column out.")
        parts = {"row": said["row"], "reason": said["reason"]}
        return Refused(message % parts, field="file")
    if fault == "unreadable":
        message = _("This is no Parquet file that can be read (%(reason)s). Write it again.")
        return Refused(message % {"reason": shown(said["reason"])}, field="file")
    return _too_large()
