"""Every form has labels with units, hints and errors that belong together for a screen reader."""

import re

import pytest

from tests.look.urls import Penguin


def test_label_carries_the_unit_and_is_escaped():
    html = Penguin()["bill"].as_field_group()
    assert '<label for="id_bill">Bill &lt;length&gt; <span class="unit">(mm)</span>' in html
    assert 'class="req"' in html


def test_hint_and_error_are_named_by_the_field():
    field = Penguin({"bill": "12 cm", "species": "a"})["bill"]
    html = field.as_field_group()
    named = re.search(r'aria-describedby="([^"]+)"', html)
    assert named
    assert named[1].split() == ["id_bill_helptext", "id_bill_error"]
    for element in named[1].split():
        assert f'id="{element}"' in html
    assert 'aria-invalid="true"' in html


def test_choices_stand_in_a_fieldset_with_a_legend():
    html = Penguin()["species"].as_field_group()
    assert "<legend>Species" in html
    assert html.count("<label") == 2
    assert 'class="choices"' in html


def test_checkbox_stands_before_its_label():
    html = Penguin()["ringed"].as_field_group()
    assert html.index("<input") < html.index("<label")
    assert 'id="id_ringed_helptext"' in html


def test_whole_form_keeps_hidden_fields_and_common_errors():
    form = Penguin({"species": "x", "bill": "31"})
    form.add_error(None, "These two do not fit.")
    html = str(form.as_div())
    assert '<input type="hidden" name="secret"' in html
    assert "errorlist nonfield" in html
    assert html.count('class="field') == 4


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '" onfocus="alert(1)'])
def test_what_somebody_typed_comes_back_escaped(value):
    html = str(Penguin({"note": value, "bill": value, "species": value}).as_div())
    assert "<script" not in html
    assert '" onfocus' not in html
