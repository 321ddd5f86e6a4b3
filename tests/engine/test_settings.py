"""Settings are filled in with the recipe, and refused one by one with the reason."""

import subprocess
import sys

import pytest

from tests.engine.tables import drawing_schema, schema_of, stroke_schema, table_schema
from training.engine.architectures import (
    ARCHITECTURES,
    architecture_named,
    default_architecture,
)
from training.engine.faults import EngineFault
from training.engine.settings import check_settings

DENSE, LSTM = architecture_named("dense"), architecture_named("lstm")
TABLE, STROKES = schema_of(table_schema()), schema_of(stroke_schema())


def refusal(settings, schema=TABLE, architecture=DENSE, rows=100):
    with pytest.raises(EngineFault) as caught:
        check_settings(architecture, settings, schema, rows)
    return caught.value.lines


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda a: a.key)
@pytest.mark.parametrize("rows", [10, 100, 1_000, 10_000, 100_000])
def test_the_recipe_keeps_its_own_bounds(architecture, rows):
    for schema in (STROKES, schema_of(drawing_schema())):
        recipe = check_settings(architecture, {}, schema, rows)
        assert set(recipe) == {setting.key for setting in architecture.settings}
        assert check_settings(architecture, recipe, schema, rows) == recipe


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"epochs": 0}, "column 'epochs', value 0: outside 1 … 200"),
        ({"epochs": 201}, "column 'epochs', value 201: outside 1 … 200"),
        ({"epochs": True}, "column 'epochs', value True: not a whole number"),
        ({"epochs": "9"}, "column 'epochs', value '9': not a whole number"),
        ({"dropout": float("nan")}, "column 'dropout', value nan: not a finite number"),
        ({"learning_rate": float("inf")}, "column 'learning_rate', value inf: not a finite number"),
        ({"loss": "Hinge"}, "none of L1, MSE, NLL, CrossEntropy"),
        ({"loss": "MSE"}, "this loss does not fit a classification: use CrossEntropy or NLL"),
        ({"batch_size": 101}, "a batch cannot hold more than the 100 rows there are"),
        ({"layers": "big"}, "not a list of layers"),
        ({"layers": [{"units": 1, "activation": "relu"}] * 9}, "9 layers: 0 to 8 are allowed"),
        ({"layers": [{"units": 0, "activation": "relu"}]}, "layer 1: units is a whole number"),
        ({"layers": [{"units": 4, "activation": "step"}]}, "layer 1: activation is none of"),
        ({"layers": [{"units": 4}]}, "layer 1 is not of the form"),
        ({"layers": [{"units": 2048, "activation": "relu"}] * 3}, "8,488,963 parameters"),
        ({"speed": 1}, "column 'speed': Dense has no such setting"),
    ],
)
def test_a_setting_that_does_not_fit_says_why(settings, line):
    found = refusal(settings)
    assert len(found) == 1
    assert line in found[0]


def test_all_faults_are_told_at_once():
    assert len(refusal({"epochs": 0, "dropout": 2, "speed": 1})) == 3


def test_losses_of_a_regression():
    schema = schema_of(table_schema("regression"))
    assert check_settings(DENSE, {"loss": "L1"}, schema, 100)["loss"] == "L1"
    assert "use MSE or L1" in refusal({"loss": "CrossEntropy"}, schema)[0]


def test_an_lstm_refuses_a_plain_table_and_names_the_way_out():
    assert "use dense" in refusal({}, TABLE, LSTM)[0]


def test_three_rows_are_refused():
    assert "3 rows with a target: at least 10 are needed" in refusal({}, rows=3)[0]


def test_the_default_follows_the_data():
    assert default_architecture(TABLE) is DENSE
    assert default_architecture(schema_of(drawing_schema())) is DENSE
    assert default_architecture(STROKES) is LSTM


def test_an_unknown_architecture_names_the_known_ones():
    with pytest.raises(EngineFault, match="known: dense, lstm"):
        architecture_named("transformer")


def test_forms_need_no_torch():
    code = (
        "import sys, training.engine.settings, training.engine.script, training.engine.metrics, "
        "training.engine.reading, training.engine.architectures; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
