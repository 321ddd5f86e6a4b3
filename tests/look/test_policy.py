"""Nothing in our templates and scripts needs more than the strict content security policy gives."""

import re

import pytest

from tests.look.files import own_static, templates, uncommented

FORBIDDEN = {
    "inline style": re.compile(r"""<[^>]*\sstyle\s*="""),
    "style element": re.compile(r"<style\b"),
    "inline handler": re.compile(r"""<[^>]*\son[a-z]+\s*="""),
    "inline script": re.compile(r"""<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>"""),
    "script address": re.compile(r"javascript:"),
    "htmx expression": re.compile(r"""hx-on|hx-vals=["']js:|hx-trigger=["'][^"']*\["""),
}


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_template_fits_the_policy(path):
    text = uncommented(path.read_text())
    # A tag inside an attribute may hold ">": attributes are looked at without template tags.
    plain = re.sub(r"\{[%{].*?[%}]\}", "", text, flags=re.DOTALL)
    for what, pattern in FORBIDDEN.items():
        assert not pattern.search(plain), f"{path.name}: {what}"


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<p onclick='x()'>",
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<a hx-on:click="x">',
    ],
)
def test_the_patterns_find_what_they_forbid(bad):
    assert any(pattern.search(bad) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("path", own_static(), ids=lambda path: path.name)
def test_script_writes_no_style_attribute_and_evaluates_nothing(path):
    text = path.read_text()
    assert not re.search(r"\beval\(|new Function|setAttribute\(.style|cssText", text)
