"""What to try next: each rule speaks on trainings that really went that way, and on no others."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.test_training import trainer_for
from training.advice import RULES, ClassSeen, Evidence, alike, more_data, suggest, suggestion_by
from training.engine.architectures import architecture_named
from training.engine.metrics import MAIN_METRIC
from training.judging import skill_of
from training.presets import preset_named

Settings = dict[str, Any]
SMALL = [{"units": 1, "activation": "tanh"}]


def really(folder: Path, name: str, rows: int = 120, preset: str = "", **settings: Any) -> Evidence:
    """Train for real, in this process, and tell what is known afterwards."""
    trainer = trainer_for(folder, name, rows=rows, refit="no", **settings)
    epochs = list(trainer.epochs())
    outcome = trainer.finish()
    task = trainer.schema.task
    key = MAIN_METRIC[task]
    score = {part: outcome.metrics[part][key] for part in ("train", "validation", "test")}
    dense = architecture_named("dense")
    return Evidence(
        settings=trainer.settings,
        preset=preset,
        epoch=len(epochs),
        best_epoch=outcome.best_epoch,
        stopped=False,
        train_losses=[epoch.train_loss for epoch in epochs],
        validation_losses=[epoch.validation_loss or 0.0 for epoch in epochs],
        regression=task == "regression",
        train=score["train"],
        validation=score["validation"],
        test=score["test"],
        skill=skill_of(key, score["test"], outcome.baseline[key]),
        low=(score["test"] or 0.0) - 0.04,
        high=(score["test"] or 0.0) + 0.04,
        rows=rows,
        unit="kg",
        classes=(),
        fuller=preset_named("solid").settings_for(dense, trainer.schema, rows),
    )


def anything(_settings: Settings) -> bool:
    return True


@pytest.fixture(scope="module")
def crammed(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """A large network without dropout on few rows: it learned them by heart."""
    folder = tmp_path_factory.mktemp("crammed")
    return really(folder, "table", epochs=60, patience=60, dropout=0.0, learning_rate=0.005)


def test_a_gap_asks_for_dropout(crammed: Evidence) -> None:
    found = suggest(crammed, anything)
    assert found.rule == "overfitting"
    assert found.settings == {**crammed.settings, "dropout": 0.2}
    assert found.label == "Train with dropout 0.2"


def test_a_gap_within_luck_asks_for_nothing(crammed: Evidence) -> None:
    assert replace(crammed, low=0.5, high=1.0).gap is False


def test_a_nearly_perfect_model_is_not_told_of_its_curve(crammed: Evidence) -> None:
    turned = replace(crammed, low=0.5, high=1.0, skill=0.5)
    assert suggest(turned, anything).rule == "overfitting"
    assert suggest(replace(turned, skill=0.98), anything).rule == "more_data"


def test_a_gap_of_a_regression_asks_for_dropout(tmp_path: Path) -> None:
    seen = really(tmp_path, "amounts", epochs=40, patience=40, dropout=0.1)
    assert suggest(seen, anything).rule == "overfitting"


def test_a_gap_that_dropout_did_not_close_asks_for_fewer_units(crammed: Evidence) -> None:
    drowned = replace(crammed, settings={**crammed.settings, "dropout": 0.5})
    found = suggest(drowned, anything)
    assert found.rule == "smaller"
    assert found.settings is not None
    assert [layer["units"] for layer in found.settings["layers"]] == [128, 128, 128]


def test_still_improving_at_the_end_asks_for_epochs(tmp_path: Path) -> None:
    seen = really(tmp_path, "table", epochs=4, learning_rate=0.0005)
    found = suggest(seen, anything)
    assert found.rule == "improving"
    assert found.settings == {**seen.settings, "epochs": 8}
    # One that a person stopped did not end because its epochs did.
    assert suggest(replace(seen, stopped=True), anything).rule != "improving"
    most = replace(seen, settings={**seen.settings, "epochs": 200})
    assert suggest(most, anything).rule != "improving"


def test_steps_that_are_far_too_large_ask_for_smaller_ones(tmp_path: Path) -> None:
    seen = really(tmp_path, "table", epochs=20, patience=100, learning_rate=0.1, batch_size=8)
    found = suggest(seen, anything)
    assert found.rule == "unstable"
    assert found.settings is not None
    assert found.settings["learning_rate"] == pytest.approx(0.033, abs=0.001)


def test_a_jumping_loss_asks_for_smaller_steps(tmp_path: Path) -> None:
    seen = really(tmp_path, "table", epochs=12)
    jumping = [1.0, 0.8, 0.6, *[0.7 if at % 2 else 0.5 for at in range(9)]]
    assert suggest(replace(seen, validation_losses=jumping), anything).rule == "unstable"


def test_equally_poor_everywhere_asks_for_a_larger_network(tmp_path: Path) -> None:
    seen = really(
        tmp_path, "table", 240, epochs=20, layers=SMALL, patience=6, dropout=0.0,
        learning_rate=0.002,
    )  # fmt: skip
    # As wide as the interval of so few test rows is, and the curve has come to rest.
    seen = replace(seen, low=0.1, high=0.4, validation_losses=[1.0] * 20, train_losses=[1.0] * 20)
    found = suggest(seen, anything)
    assert found.rule == "underfitting"
    assert found.settings is not None
    assert found.settings["layers"] == [{"units": 2, "activation": "tanh"}]


def test_after_a_quick_look_comes_the_whole_recipe(tmp_path: Path) -> None:
    seen = really(tmp_path, "drawings", epochs=20, preset="quick")
    found = suggest(seen, anything)
    assert (found.rule, found.preset) == ("quick", "solid")
    assert found.settings == seen.fuller


def test_a_starved_class_asks_for_its_rows(tmp_path: Path) -> None:
    seen = really(tmp_path, "drawings", epochs=200, patience=20)
    classes = (
        ClassSeen("six", 40, 8, 8),
        ClassSeen("seven", 9, 2, 1),
        ClassSeen("eight", 44, 9, 9),
    )
    found = suggest(replace(seen, classes=classes), lambda _settings: False)
    assert found.rule == "starved"
    assert found.settings is None
    assert found.label == "Add 31 more of “seven”"
    # As few rows, and recognised every time: then more of them are not what is missing.
    well = (classes[0], ClassSeen("seven", 9, 2, 2), classes[2])
    assert suggest(replace(seen, classes=well), lambda _settings: False).rule == "more_data"


def test_what_was_tried_is_not_suggested_again(crammed: Evidence) -> None:
    first = suggest(crammed, anything)
    assert first.settings is not None
    tried = [first.settings]
    second = suggest(crammed, lambda settings: not any(alike(settings, one) for one in tried))
    assert second.rule != first.rule


def test_when_nothing_is_left_more_rows_are_asked_for(tmp_path: Path) -> None:
    seen = really(tmp_path, "drawings", epochs=30)
    found = suggest(seen, lambda _settings: False)
    assert found.rule == "more_data"
    # Half a width of 4 to 3: (4/3)² - 1 = 78 % more rows than the 120 there are.
    reason = found.reason.replace("\N{NO-BREAK SPACE}", " ")
    assert "94 more rows would likely narrow the interval from ±4.0 % to ±3.0 %" in reason
    unknown = replace(seen, low=None, high=None)
    assert "surer" in more_data(unknown).reason
    amounts = more_data(replace(seen, regression=True))
    assert "360 more rows" in amounts.reason
    assert "0.02 kg" in amounts.reason


def test_a_seed_makes_no_other_run() -> None:
    assert alike({"seed": 1, "epochs": 3}, {"seed": 2, "epochs": 3})
    assert not alike({"seed": 1, "epochs": 3}, {"seed": 1, "epochs": 4})


def test_every_rule_can_be_named_by_a_form(crammed: Evidence) -> None:
    seen = crammed
    assert len({rule.key for rule in RULES}) == len(RULES)
    for rule in RULES:
        found = rule.finds(seen)
        assert suggestion_by(rule.key, seen) == found
        assert found is None or found.rule == rule.key
    assert suggestion_by("no-such-rule", seen) is None
    assert RULES[-1].finds(seen) is not None
