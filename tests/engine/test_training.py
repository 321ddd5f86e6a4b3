"""A run learns, repeats bit for bit, keeps the best when stopped, and says when it ran away."""

import numpy as np
import pytest
import torch

from tests.engine.tables import (
    drawing_rows,
    drawing_schema,
    lines,
    schema_of,
    stroke_rows,
    stroke_schema,
    table_rows,
    table_schema,
)
from training.engine.architectures import architecture_named
from training.engine.building import builder_of
from training.engine.faults import EngineFault
from training.engine.layers import PoolDropout
from training.engine.loop import outputs_for
from training.engine.prepare import Shape
from training.engine.reading import read_data
from training.engine.settings import check_settings
from training.engine.trainer import Trainer

SETS = {
    "table": (table_schema(), table_rows),
    "amounts": (table_schema("regression"), lambda n: table_rows(n, "regression")),
    "strokes": (stroke_schema(), stroke_rows),
    "drawings": (drawing_schema(), drawing_rows),
}


def trainer_for(tmp_path, name, architecture="dense", rows=120, **settings):
    data, made = SETS[name]
    schema = schema_of(data)
    frame = read_data(lines(tmp_path / "d.jsonl", made(rows)), schema)
    chosen = architecture_named(architecture)
    filled = check_settings(chosen, {"epochs": 12} | settings, schema, len(frame))
    return Trainer(frame, schema, chosen.layout, filled, builder_of(architecture))


def finished(trainer, stop_after=None):
    for epoch in trainer.epochs():
        if epoch.number == stop_after:
            break
    return trainer.finish(may_refit=stop_after is None)


@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        ("table", "dense"),
        ("amounts", "dense"),
        ("strokes", "dense"),
        ("strokes", "lstm"),
        ("drawings", "dense"),
        ("drawings", "lstm"),
    ],
)
def test_every_network_beats_the_baseline(tmp_path, name, architecture):
    trainer = trainer_for(tmp_path, name, architecture)
    outcome = finished(trainer)
    if name == "amounts":
        assert outcome.metrics["test"]["rmse"] < outcome.baseline["rmse"] * 0.6
    else:
        assert outcome.metrics["test"]["accuracy"] > outcome.baseline["accuracy"] + 0.2
    assert outcome.predictions.values.shape[0] == 120


@pytest.mark.parametrize("architecture", ["dense", "lstm"])
def test_the_same_seed_gives_the_same_bits(tmp_path, architecture):
    runs = [trainer_for(tmp_path, "strokes", architecture, epochs=3, seed=s) for s in (5, 5, 6)]
    found = [finished(run).predictions.values for run in runs]
    assert (found[0] == found[1]).all()
    assert (found[0] != found[2]).any()


def test_stopping_keeps_the_best_epoch(tmp_path):
    trainer = trainer_for(tmp_path, "table", epochs=40)
    losses = []
    for epoch in trainer.epochs():
        losses.append(epoch.validation_loss)
        if epoch.number == 15:
            break
    outcome = trainer.finish(may_refit=False)
    assert outcome.best_epoch == int(np.argmin(losses)) + 1
    chosen = outcome.predictions.part == 1
    assert outcome.predictions.loss[chosen].mean() == pytest.approx(min(losses), rel=1e-5)


def test_a_loss_without_bounds_is_told(tmp_path):
    trainer = trainer_for(
        tmp_path, "amounts", learning_rate=1.0, layers=[{"units": 64, "activation": "none"}] * 8
    )
    trainer.truth = trainer.truth * 1e38
    reason = "became infinite in epoch 1: try a lower learning rate"
    with np.errstate(over="ignore"), pytest.raises(EngineFault, match=reason):
        finished(trainer)


def test_stopping_before_any_epoch_is_told(tmp_path):
    with pytest.raises(EngineFault, match="stopped before the first epoch"):
        trainer_for(tmp_path, "table").finish()


def test_what_stands_after_the_end_of_a_row_never_matters():
    settings = {
        "layers": [{"units": 8, "activation": "tanh"}, {"units": 4, "activation": "none"}],
        "direction": "both",
        "dropout": 0.0,
    }
    model = builder_of("lstm")(settings, Shape(0, (), 3, 2))
    steps, lengths, flat = torch.randn(5, 9, 3), torch.tensor([9, 3, 1, 7, 4]), torch.zeros(5, 0)
    dirty = steps.clone()
    for row, length in enumerate(lengths):
        dirty[row, length:] = 99.0
    first = outputs_for(model, (flat, steps, lengths))
    assert torch.equal(first, outputs_for(model, (flat, dirty, lengths)))
    for row in range(5):
        alone = outputs_for(model, (flat[:1], steps[row : row + 1], lengths[row : row + 1]))
        assert torch.allclose(alone, first[row], atol=1e-6)


def test_dropout_silences_its_share_and_keeps_the_mean():
    layer = PoolDropout(0.3)
    kept = layer(torch.ones(1000, 100))
    assert (kept == 0).float().mean() == pytest.approx(0.3, abs=0.01)
    assert kept.mean() == pytest.approx(1.0, abs=0.02)
    layer.eval()
    assert torch.equal(layer(torch.ones(3, 3)), torch.ones(3, 3))


def test_validation_is_judged_before_the_final_fit(tmp_path):
    with_fit, without = (
        finished(trainer_for(tmp_path, "table", epochs=5, refit=refit)) for refit in ("yes", "no")
    )
    assert with_fit.metrics["validation"] == without.metrics["validation"]
    assert with_fit.metrics["test"] != without.metrics["test"]
