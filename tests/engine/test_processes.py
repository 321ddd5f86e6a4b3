"""The children of the site: the training run, the one that answers, and train.py."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.tables import (
    snapshot,
    stroke_rows,
    stroke_schema,
    table_rows,
    table_schema,
)
from training.engine.architectures import architecture_named
from training.engine.script import BUNDLED, modules_for, parted, script_for, source_of

ROOT = Path(__file__).resolve().parents[2]
GIB = 1024**3
PATIENT = 240


def job(folder, rows=None, schema=None, **more):
    folder.mkdir(exist_ok=True)
    snapshot(folder / "v1.parquet", rows or table_rows())
    data = {
        "data": str(folder / "v1.parquet"),
        "schema": schema or table_schema(),
        "architecture": "dense",
        "settings": {"epochs": 3},
        "seed": 1,
        "memory_bytes": 6 * GIB,
        "cpu_seconds": 60,
        "nice": 0,
    }
    (folder / "job.json").write_text(json.dumps(data | more))
    return folder


def start(module, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", f"training.engine.{module}", *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def events_of(folder, send=""):
    child = start("work", str(folder))
    with child:
        child.stdin.write(send)
        child.stdin.flush()
        events = [json.loads(line) for line in child.stdout]
        child.stdin.close()
        child.wait(PATIENT)
    return events, child.returncode


@pytest.fixture(scope="module", params=["dense", pytest.param("lstm", marks=pytest.mark.long)])
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    rows, schema = table_rows(), table_schema()
    if request.param == "lstm":
        rows, schema = stroke_rows(), stroke_schema()
    job(folder, rows, schema, architecture=request.param)
    return request.param, folder, *events_of(folder)


def test_a_run_tells_its_epochs_and_its_end(run):
    _, folder, events, code = run
    assert code == 0
    names = [event["event"] for event in events]
    assert names == ["prepared", "epoch", "epoch", "epoch", "refit", "done"]
    assert set(events[1]) == {
        "event", "epoch", "of", "train_loss", "validation_loss", "metrics", "best",
    }  # fmt: skip
    done = events[-1]
    assert set(done["metrics"]) == {"train", "validation", "test"}
    assert not done["stopped"]
    assert sorted(done["files"]) == ["model.json", "model.safetensors", "predictions.parquet"]
    assert all((folder / name).exists() for name in done["files"])


def test_the_answering_child_answers_and_survives_bad_questions(run):
    architecture, folder, events, _ = run
    row = {"x": 1.0, "y": 2, "colour": "red"}
    if architecture == "lstm":
        row = {"stroke": [[1, 2, 3, 4], [0, 1, 0, 1]]}
    good = {"folder": str(folder), "sha256": events[-1]["files"], "rows": [row]}
    questions = [
        {"id": 1} | good,
        {"id": 2} | good | {"rows": [{}]},
        {"id": 3} | good | {"sha256": {"model.json": "0"}},
        {"id": 4, "folder": 7},
        {"id": 5} | good,
    ]
    child = start("serve")
    text = "\n".join(["nonsense", *map(json.dumps, questions)])
    out, _ = child.communicate(text + "\n", timeout=PATIENT)
    answers = [json.loads(line) for line in out.splitlines()]
    assert answers[0] == {"ready": True}
    assert "not understood" in answers[1]["error"]
    by_id = {answer["id"]: answer for answer in answers[2:]}
    assert by_id[1]["predictions"] == by_id[5]["predictions"]
    assert "no value was given" in by_id[2]["error"]
    assert "is not the one that was trained" in by_id[3]["error"]
    assert "not understood" in by_id[4]["error"]
    assert child.returncode == 0


def repeated(place, text, folder):
    (place / "train.py").write_text(text)
    command = [sys.executable, "-I", "train.py", str(folder / "v1.parquet")]
    return subprocess.run(
        command, cwd=place, env={}, capture_output=True, text=True, timeout=PATIENT
    )


@pytest.mark.long
def test_train_py_alone_gives_the_figures_of_the_run(run, tmp_path):
    key, folder, events, _ = run
    done = events[-1]
    schema = json.loads((folder / "job.json").read_text())["schema"]
    schema["cc:title"] = 'a "title"\n\u202e\'\'\' {braces} """'
    text = script_for(
        architecture_named(key), done["settings"], schema, 7, done["metrics"], 'v1"""\n.parquet'
    )
    assert "crowdcontrolled" not in text
    assert "from training" not in text
    done = repeated(tmp_path, text, folder)
    assert "agrees with the run" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("run", ["dense"], indirect=True)
def test_train_py_says_when_the_figures_differ(run, tmp_path):
    key, folder, events, _ = run
    wrong = {"test": {"log_loss": events[-1]["metrics"]["test"]["log_loss"] + 1e-5}}
    schema = json.loads((folder / "job.json").read_text())["schema"]
    settings = events[-1]["settings"]
    text = script_for(architecture_named(key), settings, schema, 7, wrong, "v1.parquet")
    done = repeated(tmp_path, text, folder)
    assert done.returncode == 1
    assert "DOES NOT AGREE" in done.stdout


def test_names_are_unique_over_the_bundled_modules():
    for key in ("dense", "lstm"):
        seen: dict[str, str] = {}
        for module in modules_for(architecture_named(key)):
            for name in top_level_names(source_of(module)):
                assert name not in seen, f"{name} in {module} and {seen[name]}"
                seen[name] = module
    assert parted("import os\nX = 1\n")[0] == ["import os"]
    assert len(set(BUNDLED)) == len(BUNDLED)


def top_level_names(source):
    import ast

    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (t.id for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


@pytest.mark.long
def test_stop_ends_after_the_epoch_and_keeps_the_best(tmp_path):
    folder = job(tmp_path / "stop", settings={"epochs": 200, "patience": 200})
    events, code = events_of(folder, send="stop\n")
    assert code == 0
    assert events[-1]["event"] == "done"
    assert events[-1]["stopped"]
    assert events[-1]["epochs"] == 1
    assert "refit" not in [event["event"] for event in events]
    done = events[-1]
    text = script_for(
        architecture_named("dense"), done["settings"], table_schema(), 8, done["metrics"],
        "v1.parquet", stopped_after=done["epochs"],
    )  # fmt: skip
    assert "agrees with the run" in repeated(tmp_path, text, folder).stdout


def test_a_broken_job_is_told(tmp_path):
    (tmp_path / "job.json").write_text("{}")
    events, code = events_of(tmp_path)
    assert code == 3
    assert "internal error (KeyError)" in events[0]["reason"]


def test_a_run_that_cannot_train_says_why_in_one_sentence(tmp_path):
    folder = job(tmp_path / "few", rows=table_rows(3))
    events, code = events_of(folder)
    assert code == 3
    assert events == [
        {"event": "failed", "reason": "3 rows with a target: at least 10 are needed to train"}
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("caps", "reason"),
    [
        ({"memory_bytes": 400 * 1024**2}, "more memory than it may have"),
        ({"cpu_seconds": 2}, "used up its processor time"),
    ],
)
def test_caps_hold_and_are_told(tmp_path, caps, reason):
    rows, settings = table_rows(3_000), {"epochs": 200, "patience": 200}
    events, code = events_of(job(tmp_path / "caps", rows, settings=settings, **caps))
    assert code == 3
    assert reason in events[-1]["reason"]


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux only")
def test_the_run_dies_with_its_parent(tmp_path):
    folder = job(tmp_path / "orphan", table_rows(2_000), settings={"epochs": 200, "patience": 200})
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'training.engine.work', sys.argv[1]],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "child.stdout.readline(); print(child.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while alive(child):
        assert time.monotonic() < deadline, "the run outlived its parent"
        time.sleep(0.05)


def alive(pid):
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
