"""Understands what a training process says, and writes it down in small batches.

Its words are data: every number is checked before it goes anywhere.
"""

import logging
import math
import time
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.languages import in_each_language
from jobs.errors import Retry
from jobs.models import Job
from training import services
from training.child import BadOutput, Child
from training.engine.limits import MAX_EPOCHS
from training.engine.metrics import MAIN_METRIC, metrics_of
from training.files import KEPT
from training.models import Run
from training.queries import guess
from training.reading import read_curve
from training.showing import shown_score, time_left

logger = logging.getLogger(__name__)
#: Epochs of this long go into one transaction.
FLUSH_EVERY = 0.5
PARTS = ("train", "validation", "test")
REASON_CHARACTERS = 400


class Listener:
    """Hears the events of one run."""

    def __init__(self, job: Job, run: Run) -> None:
        self.job = job
        self.run = run
        self._pending: list[services.Point] = []
        self._train: list[float] = []
        self._validation: list[float] = []
        self._flushed = 0.0
        self._began = time.monotonic()
        self._done: dict[str, Any] | None = None
        self._reason = ""

    def hear(self, event: dict[str, Any]) -> None:
        """Take in one event.

        Raises:
            BadOutput: it is none that a run sends, or a number in it is wrong.
        """
        kind = event.get("event")
        if kind == "prepared":
            self._prepared(event)
        elif kind == "epoch":
            self._epoch(event)
        elif kind == "done":
            self._done = event
        elif kind == "failed":
            self._reason = str(event.get("reason", ""))[:REASON_CHARACTERS]
        elif kind == "refit":
            self.flush()
            services.note_final_fit(self.job, self.run)
        else:
            raise BadOutput(f"an unknown event {str(kind)[:40]!r}")

    def flush_sometimes(self) -> None:
        """Write the epochs that came, at most twice a second."""
        if time.monotonic() - self._flushed >= FLUSH_EVERY:
            self.flush()

    def flush(self) -> None:
        """Write the epochs that came."""
        if not self._pending:
            return
        words = in_each_language(self._words)
        services.note_epochs(self.job, self.run, self._pending, words)
        self._pending = []
        self._flushed = time.monotonic()

    def _words(self) -> dict[str, Any]:
        """What the page says beside the curve: its reading, the last metric, the time left."""
        last = self._pending[-1]
        took = time.monotonic() - self._began
        metric = MAIN_METRIC[self.run.project.task]
        return {
            "reading": read_curve(self._train, self._validation).sentence(),
            "shown": shown_score(metric, last["metric"]),
            "left": time_left(took / last["epoch"] * (last["of"] - last["epoch"])),
        }

    def outcome(self, child: Child) -> services.Outcome:
        """What came out, once the child has ended.

        Raises:
            Retry: it was killed; another attempt may go better.
            Refused: it refused to train, with its reason.
            BadOutput: it ended well and said nothing usable.
        """
        code = child.code()
        if self._done is not None and code == 0:
            return self._checked(self._done)
        if self._reason:
            raise Refused(_sentence(self._reason))
        logger.error("Run %s: the engine ended with %s: %s", self.run.pk, code, child.errors())
        if code < 0:
            raise Retry(_killed(self.job.attempt))
        raise Refused(_("The training process broke. It was logged; try other settings."))

    def _prepared(self, event: dict[str, Any]) -> None:
        rows = event.get("rows")
        if not isinstance(rows, dict) or set(rows) != set(PARTS):
            raise BadOutput("rows of unknown parts")
        name = (event.get("baseline") or {}).get("name")
        found = guess(self.run.project, self.run.settings["loss"])
        services.note_prepared(
            self.job,
            self.run,
            rows={part: _whole(rows[part]) for part in PARTS},
            parameters=_whole(event.get("parameters")),
            baseline={"name": str(name)[:40], "loss": found.loss, "guess": found.metric},
        )

    def _epoch(self, event: dict[str, Any]) -> None:
        number = _whole(event.get("epoch"))
        if number != len(self._train) + 1 or number > MAX_EPOCHS:
            raise BadOutput(f"epoch {number} after {len(self._train)}")
        metrics = event.get("metrics")
        if not isinstance(metrics, dict):
            raise BadOutput("an epoch without metrics")
        metric = metrics.get(MAIN_METRIC[self.run.project.task])
        point: services.Point = {
            "epoch": number,
            "of": _whole(event.get("of")),
            "train_loss": _finite(event.get("train_loss")),
            "validation_loss": _finite(event.get("validation_loss")),
            "metric": None if metric is None else _finite(metric),
            "best": event.get("best") is True,
        }
        self._train.append(point["train_loss"])
        self._validation.append(point["validation_loss"])
        self._pending.append(point)

    def _checked(self, done: dict[str, Any]) -> services.Outcome:
        task = self.run.project.task
        parts, baseline = done.get("metrics"), done.get("baseline")
        if not isinstance(parts, dict) or not isinstance(baseline, dict):
            raise BadOutput("no metrics")
        return services.Outcome(
            metrics={part: _figures(parts.get(part), task) for part in PARTS},
            baseline={
                "name": str(baseline.get("name"))[:40],
                "test": _figures(baseline.get("test"), task),
            },
            settings=self.run.settings,
            epochs=_whole(done.get("epochs")),
            best_epoch=_whole(done.get("best_epoch")),
            parameters=_whole(done.get("parameters")),
            stopped=done.get("stopped") is True,
            files=_hashes(done.get("files")),
        )


def _figures(found: Any, task: str) -> dict[str, float | None]:
    if not isinstance(found, dict):
        raise BadOutput("no metrics")
    keys = [metric.key for metric in metrics_of(task)]
    return {key: None if found.get(key) is None else _finite(found[key]) for key in keys}


def _hashes(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not set(KEPT) <= set(found):
        raise BadOutput("no files")
    return {name: str(found[name]) for name in KEPT}


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        raise BadOutput(f"no finite number: {str(value)[:40]!r}")
    if math.isnan(value):
        raise BadOutput("not a number")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**60:
        raise BadOutput(f"no whole number: {str(value)[:40]!r}")
    return value


def _sentence(reason: str) -> str:
    ending = "" if reason.endswith((".", "!", "?")) else "."
    return reason[:1].upper() + reason[1:] + ending


def _killed(times: int) -> str:
    if times == 1:
        return _("The training process was killed (out of memory?). Try fewer or smaller layers.")
    return _(
        "The training process was killed %(times)d times (out of memory?). "
        "Try fewer or smaller layers, or a smaller batch."
    ) % {"times": times}
