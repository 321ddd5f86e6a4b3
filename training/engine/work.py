"""`python -m training.engine.work DIR`: one training run in a process of its own.

Reads DIR/job.json: {"data": path of a Parquet snapshot (or CSV, JSON Lines), "schema": Table
Schema, "architecture": key, "settings": {...}, "seed": n, "memory_bytes": n, "cpu_seconds": n,
"nice": n}; the last four may be absent.
Prints one JSON object a line on stdout: `prepared`, an `epoch` each, `refit` when the final fit
begins, and last `done` or `failed` (exit 3). A line `stop` on stdin, or SIGTERM, ends training
after the epoch and keeps the best. The end of stdin means that the parent is gone.
Writes model.safetensors, model.json and predictions.parquet into DIR.
"""

import os
import sys

from training.engine.caps import NICE, cap_process, die_with_parent

if __name__ == "__main__":
    die_with_parent(os.getppid())
    os.environ["OMP_NUM_THREADS"] = "1"

import json
import re
import signal
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from training.engine.architectures import Architecture, architecture_named
from training.engine.faults import EngineFault
from training.engine.loop import Epoch
from training.engine.reading import read_data
from training.engine.schema import TableSchema
from training.engine.settings import check_settings

FAILED = 3
PARENT_GONE = 4
MEMORY_REASON = "The run needed more memory than it may have: use fewer rows, layers or units."
MEMORY_WORDS = re.compile("memory|failed to map segment|can't allocate", re.IGNORECASE)


def say(event: str, **data: Any) -> None:
    """One event on stdout, at once."""
    print(json.dumps({"event": event} | data, allow_nan=False), flush=True)


def listen(stop: threading.Event) -> None:
    """Set `stop` on a line `stop` or SIGTERM; exit when stdin ends."""

    def read() -> None:
        for line in sys.stdin:
            if line.strip() == "stop":
                stop.set()
        os._exit(PARENT_GONE)

    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGXCPU, out_of_time)
    threading.Thread(target=read, daemon=True).start()


def out_of_time(*_: object) -> None:
    """The CPU time that the job may have is used up."""
    raise EngineFault(
        "The run used up its processor time: use fewer epochs, layers, units or rows, "
        "or stop it sooner and keep the best."
    )


def run(folder: Path, stop: threading.Event) -> None:
    """Train the job of a folder and write what came of it; raises `EngineFault` with the reason."""
    started, cpu_started = time.monotonic(), time.process_time()
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    cap_process(job.get("memory_bytes"), job.get("cpu_seconds"), job.get("nice", NICE))
    schema = TableSchema.from_json(job["schema"])
    architecture = architecture_named(job["architecture"])
    frame = read_data(folder / job["data"], schema)
    settings = settings_of(job, architecture, schema, len(frame))
    # torch is imported under the caps, and not before a bad job is refused.
    from training.engine.artefact import save_run
    from training.engine.building import builder_of
    from training.engine.trainer import Trainer

    trainer = Trainer(frame, schema, architecture.layout, settings, builder_of(architecture.key))
    say(
        "prepared",
        rows=trainer.rows_of_part,
        parameters=trainer.parameters,
        baseline={"name": trainer.baseline.name},
        epochs=settings["epochs"],
        ignored=list(schema.ignored),
        without_target=frame.without_target,
    )
    epochs = 0
    for epoch in trainer.epochs():
        epochs = epoch.number
        say_epoch(epoch)
        if stop.is_set():
            break
    # Looked at once: a stop during the final fit comes too late to change what the run is.
    stopped = stop.is_set()
    if settings["refit"] == "yes" and not stopped:
        say("refit", epochs=len(trainer.best.rates))
    outcome = trainer.finish(may_refit=not stopped)
    files = save_run(folder, trainer, architecture.key, outcome)
    say(
        "done",
        metrics=outcome.metrics,
        baseline={"name": trainer.baseline.name, "test": outcome.baseline},
        epochs=epochs,
        best_epoch=outcome.best_epoch,
        parameters=trainer.parameters,
        settings=settings,
        seconds=round(time.monotonic() - started, 3),
        cpu_seconds=round(time.process_time() - cpu_started, 3),
        stopped=stopped,
        files=files,
    )


def settings_of(
    job: dict[str, Any], architecture: Architecture, schema: TableSchema, rows: int
) -> dict[str, Any]:
    """The job's settings, checked and filled in; `seed` may stand beside them."""
    given = dict(job.get("settings") or {})
    if job.get("seed") is not None:
        given["seed"] = job["seed"]
    return check_settings(architecture, given, schema, rows)


def say_epoch(epoch: Epoch) -> None:
    """The event of one epoch."""
    say(
        "epoch",
        epoch=epoch.number,
        of=epoch.of,
        train_loss=epoch.train_loss,
        validation_loss=epoch.validation_loss,
        metrics=epoch.metrics,
        best=epoch.is_best,
    )


def reason_of(error: Exception) -> str:
    """Why a run failed, in one sentence; what nobody foresaw goes to stderr in full."""
    if isinstance(error, EngineFault):
        more = len(error.lines) - 1
        return error.lines[0] + (f" (and {more} more)" if more else "")
    # torch and the loader of its libraries report memory they could not get in words only.
    if isinstance(error, MemoryError) or MEMORY_WORDS.search(str(error)):
        return MEMORY_REASON
    traceback.print_exception(error)
    return f"The run broke off with an internal error ({type(error).__name__}); it is in the log."


def main() -> int:
    """Run the folder of the command line; every failure becomes one sentence."""
    stop = threading.Event()
    listen(stop)
    try:
        run(Path(sys.argv[1]), stop)
    except Exception as error:
        say("failed", reason=reason_of(error))
        return FAILED
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
