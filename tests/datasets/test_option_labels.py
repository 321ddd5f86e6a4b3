"""An option is called the same in the form and in the error about it."""

from typing import Any

import pytest

from datasets.drafts import FieldDraft, clean_draft
from datasets.field_forms import INPUTS, TEXT_LENGTH, FieldForm, FieldForms
from datasets.field_types import FIELD_TYPES, FieldType
from tests.kinds import OPTIONS as TRIED

OPTIONS = [
    ("grid", "height"),
    ("grid", "width"),
    ("grid", "max"),
    ("sequence", "channels"),
    ("sequence", "min_length"),
    ("sequence", "max_length"),
    ("text", TEXT_LENGTH),
    ("image", "seen_height"),
    ("image", "seen_width"),
    ("vector", "length"),
]


@pytest.mark.parametrize(("kind", "option"), OPTIONS)
def test_the_error_says_the_label(kind: str, option: str) -> None:
    form = FieldForm({"name": "thing", "kind": kind, "role": "feature", option: "many"})
    assert not form.is_valid()
    (error,) = form.errors[option]
    assert f"{form.fields[option].label} must be a whole number from " in str(error)


@pytest.mark.parametrize("type_", FIELD_TYPES)
def test_every_option_has_an_input_that_is_shown_for_its_kind(type_: type[FieldType[Any]]) -> None:
    wanted = {INPUTS.get((type_.kind, name), name) for name in type_.option_names}
    shown = {name for kinds, names in FieldForm.GROUPS for name in names if type_.kind in kinds}
    assert wanted == shown - {"unit"}


RICH: dict[str, dict[str, Any]] = {
    "category": {"categories": "a | red\nb\nc", "ordered": True, "other": "b"},
    "datetime": {"precision": "day", "minimum": "2016", "maximum": "2020-02"},
    "grid": {"height": 4, "width": 5, "palette": "#fff #f00"},
    "image": {"height": 16, "width": 24, "colours": "grey"},
}


@pytest.mark.parametrize("kind", [type_.kind for type_ in FIELD_TYPES])
def test_what_the_form_shows_of_a_field_reads_back_the_same(kind: str) -> None:
    draft = clean_draft(FieldDraft("thing", kind, options=RICH.get(kind, TRIED[kind])))
    shown = FieldForms.of_drafts([draft])
    found, wrong = shown.readable()
    assert (found, wrong) == ([draft], [])
