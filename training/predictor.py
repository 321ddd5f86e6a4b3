"""Asks models: one long-lived child of the engine per web process, behind one thread.

The thread owns the child, since Linux ends a child with the thread that started it. It starts the
child when a model's page is first looked at, replaces it when it dies or hangs, and lets it go
when nobody asked for a while. PyTorch never comes into this process.
"""

import atexit
import json
import logging
import queue
import shutil
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Refused
from common.limits import TRAINING_MEMORY_BYTES
from training.child import BadOutput, Child

logger = logging.getLogger(__name__)
#: A question waits so long for its answer, the start of the child included.
ANSWER_SECONDS = 10.0
#: More waiting questions than this are turned away at once.
WAITING = 16
#: Loading PyTorch on a busy machine may take so long.
START_SECONDS = 60.0
IDLE_SECONDS = 15 * 60.0
LOOK = 0.25
#: What a child said before anybody asked is waited for so long, at least.
HEARING_SECONDS = 2.0


@dataclass
class Question:
    """Rows for one model, and later what came of them."""

    folder: str
    sums: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]
    deadline: float
    answered: threading.Event = field(default_factory=threading.Event)
    predictions: list[dict[str, Any]] | None = None
    error: str = ""

    def close(self, error: str = "", predictions: list[dict[str, Any]] | None = None) -> None:
        """Give the answer."""
        self.error, self.predictions = error, predictions
        self.answered.set()


class Predictor:
    """A queue of questions, a thread that asks them, and its child. Any thread may call it."""

    def __init__(self, seconds: float = ANSWER_SECONDS) -> None:
        self._seconds = seconds
        self._questions: queue.Queue[Question | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._ready_by = 0.0
        self._folder: Path | None = None

    @property
    def pid(self) -> int | None:
        """The child's process number, while there is one."""
        child = self._child
        return child.pid if child is not None else None

    def warm(self) -> None:
        """Start thread and child, unless they run: called by pages from which people ask."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="predictor", daemon=True)
                self._thread.start()

    def ask(
        self,
        folder: Path,
        sums: Mapping[str, str],
        rows: Sequence[Mapping[str, Any]],
        *,
        seconds: float | None = None,
    ) -> list[dict[str, Any]]:
        """What the model says: ``{"probabilities": {label: share}}`` or ``{"value": x}`` a row.

        Args:
            folder: where the model's files lie on this machine.
            sums: their sha256 by name.
            rows: values by field name, as text or JSON.
            seconds: how long to wait at most; as long as this predictor usually does without.

        Raises:
            Refused: the model refuses a value, is still loading, or too many ask at once.
        """
        self.warm()
        patience = self._seconds if seconds is None else seconds
        deadline = time.monotonic() + patience
        question = Question(str(folder), sums, rows, deadline)
        try:
            self._questions.put_nowait(question)
        except queue.Full:
            raise _busy() from None
        if not question.answered.wait(patience + 2 * LOOK):
            raise _busy()
        if question.predictions is None:
            raise Refused(question.error, status=503 if question.error == _late() else 400)
        return question.predictions

    def close(self) -> None:
        """End thread and child."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None and thread.is_alive():
            self._questions.put(None)
            thread.join(2)

    # The thread.

    def _work(self) -> None:
        try:
            self._start()
            while (question := self._next()) is not None:
                self._serve(question)
        finally:
            self._end()

    def _next(self) -> Question | None:
        """The next question; None after ``close``, or when nobody asked for a while."""
        while True:
            try:
                return self._questions.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                self._end()

    def _serve(self, question: Question) -> None:
        try:
            self._answer(question)
        except Exception:
            logger.exception("A model could not be asked.")
            self._end()
            question.close(_broken())

    def _answer(self, question: Question) -> None:
        """Ask the child; a child that had died unseen before it was asked is replaced once."""
        for _attempt in range(2):
            if not self._ready(question.deadline):
                question.close(_late())
                return
            if self._asked(question):
                return
            assert self._child is not None
            died = self._child.ended
            logger.error("The predictor hung or died: %s", self._child.errors())
            # A fresh one is ready sooner than one that hangs would recover.
            self._end()
            self._start()
            if not died:
                break
        question.close(_broken())

    def _asked(self, question: Question) -> bool:
        """Whether the child answered in time."""
        assert self._child is not None
        mark = uuid.uuid4().hex
        if not self._child.say(_line(mark, question)):
            self._child.ended = True
            return False
        while time.monotonic() < question.deadline and not self._child.ended:
            event = self._child.event(LOOK)
            if event is not None and event.get("id") == mark:
                _close(question, event)
                return True
        return False

    def _start(self) -> None:
        self._folder = settings.VAR / "predictor" / uuid.uuid4().hex
        self._folder.mkdir(parents=True, mode=0o700)
        memory = {"ENGINE_MEMORY_BYTES": str(TRAINING_MEMORY_BYTES)}
        self._child = Child("training.engine.serve", folder=self._folder, extra=memory)
        self._ready_by = time.monotonic() + START_SECONDS

    def _ready(self, deadline: float) -> bool:
        """Whether the child has loaded by the deadline; starts one when there is none."""
        if self._child is None or self._child.ended:
            self._end()
            self._start()
        assert self._child is not None
        # It may have said so long before anybody asked: hear it out before the clock is looked at.
        patience = max(self._ready_by, time.monotonic() + HEARING_SECONDS)
        while self._ready_by:
            event = self._child.event(LOOK)
            if event is not None and event.get("ready") is True:
                self._ready_by = 0.0
            elif time.monotonic() > patience or self._child.ended:
                raise BadOutput(f"it did not start: {self._child.errors()}")
            elif time.monotonic() > deadline:
                return False
        return True

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _line(mark: str, question: Question) -> str:
    parts = {
        "id": mark,
        "folder": question.folder,
        "sha256": dict(question.sums),
        "rows": [dict(row) for row in question.rows],
    }
    return json.dumps(parts)


def _close(question: Question, event: dict[str, Any]) -> None:
    found = event.get("predictions")
    if isinstance(found, list) and len(found) == len(question.rows):
        question.close(predictions=found)
    else:
        reason = str(event.get("error") or _broken())[:400]
        question.close(reason[:1].upper() + reason[1:] + ("" if reason.endswith(".") else "."))


def _busy() -> Refused:
    sentence = _("Many people ask models at the moment. Try again in a few seconds.")
    return Refused(sentence, status=503, retry_after=5)


def _late() -> str:
    return _("The model is still being loaded. Try again in a few seconds.")


def _broken() -> str:
    return _("The model could not be asked. It was logged; try again in a few seconds.")


predictor = Predictor()
atexit.register(predictor.close)
