"""Code to copy: how programs load a model's weights, and how its run is repeated."""

from django.http import HttpRequest
from django.urls import reverse

from datasets.snippets import Snippet, file_name, is_open_to_programs
from training.models import TrainedModel

WEIGHTS = """import json
import urllib.request

from safetensors.torch import load

model = json.load(urllib.request.urlopen("{description}"))
weights = load(urllib.request.urlopen("{weights}").read())
print({{name: tuple(weight.shape) for name, weight in weights.items()}})
"""
REPEAT = """curl -fsSL -o train.py {script}
curl -fsSL -o {file} {data}
python train.py {file}
"""
LOCAL_WEIGHTS = """import json
from pathlib import Path

from safetensors.torch import load_file

model = json.loads(Path("{stem}-model.json").read_text())
weights = load_file("{stem}-model.safetensors")
print({{name: tuple(weight.shape) for name, weight in weights.items()}})
"""
LOCAL_REPEAT = """python train.py {file}
"""


def use_model(request: HttpRequest, found: TrainedModel) -> list[Snippet]:
    """The snippets of a model, with addresses on the host that was asked."""
    snapshot, project = found.run.snapshot, found.project
    assert snapshot is not None

    def address(name: str, *args: object) -> str:
        return request.build_absolute_uri(reverse(name, args=args))

    values = {
        "description": address("model_file", found.pk, "model.json"),
        "weights": address("model_file", found.pk, "model.safetensors"),
        "script": address("model_script", found.pk),
        "data": address("snapshot_file", project.slug, snapshot.number, "parquet"),
        "file": file_name(snapshot),
        "stem": f"{project.slug}-run{found.run.number}",
    }
    is_open = is_open_to_programs(project)
    return [
        Snippet("weights", "safetensors", (WEIGHTS if is_open else LOCAL_WEIGHTS).format(**values)),
        Snippet("repeat", "train.py", (REPEAT if is_open else LOCAL_REPEAT).format(**values)),
    ]
