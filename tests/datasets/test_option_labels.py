"""An option is called the same in the form and in the error about it."""

import pytest

from datasets.field_forms import TEXT_LENGTH, FieldForm

OPTIONS = [
    ("grid", "height"),
    ("grid", "width"),
    ("grid", "max"),
    ("sequence", "channels"),
    ("sequence", "min_length"),
    ("sequence", "max_length"),
    ("text", TEXT_LENGTH),
]


@pytest.mark.parametrize(("kind", "option"), OPTIONS)
def test_the_error_says_the_label(kind: str, option: str) -> None:
    form = FieldForm({"name": "thing", "kind": kind, "role": "feature", option: "many"})
    assert not form.is_valid()
    (error,) = form.errors[option]
    assert f"{form.fields[option].label} must be a whole number from " in str(error)
