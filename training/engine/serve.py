"""`python -m training.engine.serve`: a long-lived child that answers questions to models.

Prints {"ready": true}, then answers each line {"id", "folder", "sha256": {file: hash}, "rows"} on
stdin with {"id", "predictions"} or {"id", "error": sentence}. Ends when stdin ends.
Environment: ENGINE_MEMORY_BYTES caps its memory.
"""

import os
import sys

from training.engine.caps import cap_process, die_with_parent

if __name__ == "__main__":
    die_with_parent(os.getppid())
    os.environ["OMP_NUM_THREADS"] = "1"

import json
import traceback
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch

from training.engine.artefact import Model, load_model
from training.engine.faults import EngineFault

KEPT_MODELS = 16
MAX_QUESTION_ROWS = 1_000


class Shelf:
    """The models that were asked last, loaded once."""

    def __init__(self) -> None:
        self.models: OrderedDict[tuple[str, str], Model] = OrderedDict()

    def model(self, folder: str, sums: dict[str, str]) -> Model:
        """The model of a folder with these SHA-256 sums."""
        key = (folder, json.dumps(sums, sort_keys=True))
        if key not in self.models:
            self.models[key] = load_model(Path(folder), sums)
        self.models.move_to_end(key)
        while len(self.models) > KEPT_MODELS:
            self.models.popitem(last=False)
        return self.models[key]


def answer(shelf: Shelf, line: str) -> dict[str, Any]:
    """The answer to one line; whatever is wrong with it becomes a sentence."""
    question: Any = None
    try:
        question = json.loads(line)
        rows = question["rows"]
        if len(rows) > MAX_QUESTION_ROWS:
            raise EngineFault(f"{len(rows)} rows; at most {MAX_QUESTION_ROWS} at once")
        model = shelf.model(question["folder"], question["sha256"])
        return {"id": question["id"], "predictions": model.predict(rows)}
    except EngineFault as fault:
        return {"id": name_of(question), "error": "; ".join(fault.lines[:3])}
    except (ValueError, KeyError, TypeError) as error:
        traceback.print_exc()
        return {"id": name_of(question), "error": f"the question is not understood ({error!r})"}
    except MemoryError:
        shelf.models.clear()
        return {"id": name_of(question), "error": "there is not enough memory to answer this"}


def name_of(question: Any) -> Any:
    """The id of a question, where it has one."""
    return question.get("id") if isinstance(question, dict) else None


def main() -> None:
    """Answer until stdin ends."""
    memory = os.environ.get("ENGINE_MEMORY_BYTES")
    cap_process(int(memory) if memory else None)
    torch.set_num_threads(1)
    shelf = Shelf()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(shelf, line), allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
