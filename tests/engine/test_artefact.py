"""A saved model answers as the trained one did, and refuses what it cannot answer."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.engine.tables import table_rows
from tests.engine.test_training import finished, trainer_for
from training.engine.artefact import load_model, save_run, sha256_of
from training.engine.faults import EngineFault


@pytest.fixture
def saved(tmp_path):
    trainer = trainer_for(tmp_path, "table", epochs=4)
    outcome = finished(trainer)
    folder = tmp_path / "model"
    folder.mkdir()
    return folder, save_run(folder, trainer, "dense", outcome), outcome


def test_a_loaded_model_gives_the_predictions_of_the_run(saved):
    folder, sums, outcome = saved
    model = load_model(folder, sums)
    answers = model.predict(
        [{k: row[k] for k in ("x", "y", "colour", "wet")} for row in table_rows()]
    )
    found = np.array([list(answer["probabilities"].values()) for answer in answers])
    judged = outcome.predictions.part != 1
    assert found[judged] == pytest.approx(outcome.predictions.values[judged], abs=1e-6)
    assert list(answers[0]["probabilities"]) == ["a", "b", "c"]


def test_the_prediction_table_has_a_row_for_every_row(saved):
    folder, _, outcome = saved
    table = pq.read_table(folder / "predictions.parquet")
    assert table.column_names == ["_row", "split", "target", "p_0", "p_1", "p_2", "loss"]
    assert table.num_rows == 120
    assert set(table["split"].to_pylist()) == {"train", "validation", "test"}
    rows = table.to_pylist()
    right = [r["target"] == max((0, 1, 2), key=lambda c: r[f"p_{c}"]) for r in rows]
    tested = [ok for ok, r in zip(right, rows, strict=True) if r["split"] == "test"]
    assert np.mean(tested) == pytest.approx(outcome.metrics["test"]["accuracy"])


def test_a_missing_value_is_filled_as_in_training(saved):
    model = load_model(saved[0])
    (absent,) = model.predict([{"y": 3, "colour": "red", "wet": True}])
    (empty,) = model.predict([{"x": "", "y": "3", "colour": "red", "wet": "true", "kind": "a"}])
    assert absent == empty
    assert sum(absent["probabilities"].values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "row 1: no value was given"),
        ({"x": None, "y": ""}, "row 1: no value was given"),
        ({"x": "warm"}, "row 1, column 'x', value 'warm': not a number"),
        ({"x": 1, "colour": "pink"}, "none of the categories"),
        ({"x": 1, "smell": "sweet"}, "knows no field 'smell'"),
        ({"x": "1e999"}, "not a finite number"),
        ({"x": 1e200}, "beyond ±1e+100"),
    ],
)
def test_what_cannot_be_asked_says_why(saved, row, reason):
    with pytest.raises(EngineFault) as caught:
        load_model(saved[0]).predict([row])
    assert reason in caught.value.lines[0]


def test_a_changed_or_missing_file_is_refused(saved):
    folder, sums, _ = saved
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    with pytest.raises(EngineFault, match=r"model\.safetensors is not the one that was trained"):
        load_model(folder, sums)
    (folder / "model.json").unlink()
    with pytest.raises(EngineFault, match=r"model\.json is missing"):
        load_model(folder, sums | {"model.safetensors": sha256_of(folder / "model.safetensors")})


def test_a_regression_answers_inside_the_range_it_saw(tmp_path):
    trainer = trainer_for(tmp_path, "amounts", epochs=3)
    folder = tmp_path / "model"
    folder.mkdir()
    save_run(folder, trainer, "dense", finished(trainer))
    target = trainer.preparation.target
    for x in (1e99, 1e6, -1e99):
        (answer,) = load_model(folder).predict([{"x": x, "y": 0, "colour": "red", "wet": False}])
        assert target.low <= answer["value"] <= target.high
