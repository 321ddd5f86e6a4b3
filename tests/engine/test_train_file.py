"""`manage.py train_file`: its keys, its exit status, and that it touches no database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.engine.tables import lines, stroke_rows, stroke_schema, table_rows, table_schema

ROOT = Path(__file__).resolve().parents[2]


def files(tmp_path, rows=None, schema=None):
    (tmp_path / "schema.json").write_text(json.dumps(schema or table_schema()))
    return str(lines(tmp_path / "d.jsonl", rows or table_rows())), str(tmp_path / "schema.json")


def test_the_keys_of_the_result(tmp_path, capsys):
    data, schema = files(tmp_path)
    given = '{"epochs": 2, "seed": 9}'
    call_command("train_file", data, schema=schema, network_settings=given, seed=3, json=True)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    result = json.loads(out)
    assert set(result) == {
        "task", "architecture", "settings", "metrics", "baseline", "epochs", "seconds",
        "cpu_seconds", "parameters",
    }  # fmt: skip
    assert (result["task"], result["architecture"]) == ("classification", "dense")
    assert (result["settings"]["epochs"], result["settings"]["seed"]) == (2, 3)
    names = {"accuracy", "balanced_accuracy", "roc_auc", "log_loss"}
    assert {part: set(found) for part, found in result["metrics"].items()} == {
        "train": names, "validation": names, "test": names,
    }  # fmt: skip
    assert set(result["baseline"]) == {"name", "test"}
    assert result["baseline"]["name"] == "majority class"
    assert set(result["baseline"]["test"]) == names


def test_a_regression_has_its_own_metrics(tmp_path, capsys):
    data, schema = files(tmp_path, table_rows(60, "regression"), table_schema("regression"))
    call_command("train_file", data, schema=schema, network_settings='{"epochs": 2}')
    result = json.loads(capsys.readouterr().out)
    assert set(result["metrics"]["test"]) == {"rmse", "mae", "r2"}
    assert result["baseline"]["name"] == "mean"


def test_sequences_are_trained_with_an_lstm(tmp_path, capsys):
    data, schema = files(tmp_path, stroke_rows(40), stroke_schema())
    call_command("train_file", data, schema=schema, network_settings='{"epochs": 1}')
    assert json.loads(capsys.readouterr().out)["architecture"] == "lstm"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"architecture": "lstm"}, "column 'architecture': an LSTM reads steps"),
        ({"architecture": "forest"}, "there is no architecture 'forest'"),
        ({"network_settings": "{"}, "--settings is not JSON"),
        ({"network_settings": "[]"}, "--settings is not a JSON object"),
        ({"network_settings": '{"epochs": 0}'}, "column 'epochs', value 0: outside 1 … 200"),
        ({"seed": -1}, "column 'seed', value -1"),
    ],
)
def test_faults_end_with_two_and_a_line_each(tmp_path, capsys, options, line):
    data, schema = files(tmp_path)
    with pytest.raises(SystemExit) as caught:
        call_command("train_file", data, schema=schema, **options)
    assert caught.value.code == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert line in found.err


def test_bad_values_are_listed(tmp_path, capsys):
    rows = table_rows(20)
    rows[3]["x"], rows[5]["colour"] = "warm", "pink"
    data, schema = files(tmp_path, rows)
    with pytest.raises(SystemExit):
        call_command("train_file", data, schema=schema)
    assert capsys.readouterr().err.splitlines()[:2] == [
        "d.jsonl, row 4, column 'x', value 'warm': not a number",
        "d.jsonl, row 6, column 'colour', value 'pink': "
        "none of the categories 'red', 'green', 'blue'",
    ]


def test_a_forecast_is_named(tmp_path, capsys):
    data, schema = files(tmp_path, schema=table_schema() | {"cc:task": "forecast"})
    with pytest.raises(SystemExit):
        call_command("train_file", data, schema=schema)
    assert "the task forecast is not built yet" in capsys.readouterr().err


def test_list_shows_every_setting(capsys):
    call_command("train_file", list=True)
    assert set(json.loads(capsys.readouterr().out)) == {"dense", "lstm"}


@pytest.mark.long
def test_the_command_line_takes_settings_and_needs_no_database(tmp_path):
    data, schema = files(tmp_path)
    command = [sys.executable, "manage.py", "train_file", data, "--schema", schema, "--json"]
    done = subprocess.run(
        [*command, "--settings", '{"epochs": 1}'],
        cwd=ROOT,
        env={"DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/none.sqlite3", "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["epochs"] == 1
    assert not (tmp_path / "nowhere").exists()
