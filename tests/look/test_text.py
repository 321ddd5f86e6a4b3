"""Markdown that people write is harmless; names have no hidden characters."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.text import clean_name, clean_text, markdown


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "![a](https://other.example/x.png)",
        '<a href="x" style="color:red" onclick="y()">z</a>',
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_that_runs_or_loads_survives(source):
    html = markdown(source)
    for bad in ("<script", "<img", "<svg", 'href="javascript', 'href="data'):
        assert bad not in html
    assert not re.search(r"<[^>]*\s(style|onclick)=", html)


def test_links_say_that_they_are_not_ours():
    html = markdown("See [this](https://example.org/a?b=1&c=2).")
    assert 'rel="nofollow ugc noopener"' in html
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html


def test_headings_stay_below_the_page_title():
    assert "<h1" not in markdown("# Big\n\ntext")
    assert "<h2>Big</h2>" in markdown("# Big\n\ntext")


def test_lists_tables_and_code_are_kept():
    html = markdown("- a\n- b\n\n|x|y|\n|-|-|\n|1|2|\n\n`c`")
    for good in ("<li>a</li>", "<td>1</td>", "<code>c</code>"):
        assert good in html


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_any_markdown_gives_html_without_scripts(source):
    assert "<script" not in markdown(source).lower()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Snail \t\n shells ", "Snail shells"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("\ufb01sh", "fish"),
        ("Ａ１", "A1"),
        ("\u200f\u200e", ""),
        ("x" * 100, "x" * 80),
        ("a" * 79 + " b", "a" * 79),
        ("ok\ud800", "ok"),
        ("Zoë ☕", "Zoë ☕"),
    ],
)
def test_names(raw, clean):
    assert clean_name(raw) == clean


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_a_clean_name_is_clean(raw):
    name = clean_name(raw)
    assert clean_name(name) == name
    assert len(name) <= 80
    assert not any(unicodedata.category(c).startswith("C") for c in name)


def test_text_keeps_its_lines():
    assert clean_text(" a\r\nb\x07\n\n\n\n\nc\u202e ") == "a\nb\n\n\nc"
    assert clean_text("x" * 10, most=4) == "xxxx"
