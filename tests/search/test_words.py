"""What somebody types becomes words that mean nothing to a query language."""

import pytest

from common.limits import SEARCH_WORDS
from search.marks import marked, snippet
from search.words import _key_of_any, asked, grams, key, likeness


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Äpfel, ÉCLAIR & ñu", ["apfel", "eclair", "nu"]),
        ("straße ＡＢ①", ["strasse", "ab1"]),
        ("Łódź smørrebrød", ["lodz", "smorrebrod"]),
        ("a-b_c'd", ["a", "b", "c", "d"]),
        ("手書き 数字", ["手書き", "数字"]),
        ("🐧 penguins", ["u1f427", "penguins"]),
        ('" OR 1 NEAR(x) * : ^ {a} (', ["or", "1", "near", "x", "a"]),
        ("a\0b", ["a", "b"]),
        ("\u202e\u200b", []),
        ("", []),
    ],
)
def test_words(typed, words):
    assert list(asked(typed).words) == words


def test_long_texts_are_cut():
    assert len(asked("word " * 5_000).words) == 1
    assert len(asked(" ".join(f"w{n}" for n in range(100))).words) == SEARCH_WORDS
    assert max(map(len, asked("x" * 10_000).words)) <= 40


def test_a_key_holds_only_letters_digits_and_blanks():
    everything = "".join(map(chr, [*range(0x3000), *range(0x1F300, 0x1F700)]))
    assert all(c.isalnum() or c == " " or ord(c) > 127 for c in key(everything))
    assert not set("\"'*():^&|!<>\\\0;") & set(key(everything))


def test_the_short_way_is_the_same():
    everything = "".join(map(chr, range(128)))
    assert key(everything + "Ab9 _x-1") == _key_of_any(everything + "Ab9 _x-1")


def test_a_slip_of_a_key_is_alike():
    assert likeness(["pengiuns"], key("Which penguins are these?")) > 0.4
    assert likeness(["whale"], key("Penguins")) < 0.4
    assert likeness(["whale", "pengiuns"], key("Penguins")) < 0.4
    assert likeness(["whale"], "") == 0
    assert grams("ab") == "0ab"


def test_marks_are_escaped():
    shown = marked("<b>Snail</b> & snails' éclairs", asked("snail eclair"))
    assert shown == (
        "&lt;b&gt;<mark>Snail</mark>&lt;/b&gt; &amp; <mark>snails</mark>&#x27; <mark>éclairs</mark>"
    )
    assert marked("nothing <i>", asked("x")) == "nothing &lt;i&gt;"


def test_a_snippet_shows_where_the_word_is():
    text = "word " * 200 + "<snail> " + "more " * 200
    shown = snippet(text, asked("snail"))
    assert "&lt;<mark>snail</mark>&gt;" in shown
    assert shown.startswith("… ")
    assert shown.endswith("…")
    assert len(shown) < 260
    assert snippet("short", asked("x")) == "short"
