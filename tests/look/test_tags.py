"""The tags that templates use: right numbers, safe escaping, nothing breaks on odd values."""

import datetime as dt
import json

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from common import numbers, plots
from common.identicon import pixels

HOSTILE = '"><script>alert(1)</script>'


def shown(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (41208, "41,208"),
        (0, "0"),
        (-3, "-3"),
        (0.123456, "0.1235"),
        (1482.6789, "1,483"),
        (12.5, "12.5"),
        (100.0, "100"),
        (0.00001234, "1.234e-05"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        (None, "–"),
        ("", "–"),
        ("abc", "abc"),
        ("3.50", "3.5"),
    ],
)
def test_numbers(value, text):
    assert numbers.readable(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.914, "91.4\xa0%"), (1, "100.0\xa0%"), (None, "–"), (float("nan"), "–"), ("x", "–")],
)
def test_percent(value, text):
    assert shown("{{ v|percent }}", v=value) == text


@given(st.floats(allow_nan=True, allow_infinity=True))
@settings(max_examples=50)
def test_any_number_is_shown(value):
    assert numbers.readable(value)
    assert numbers.share(value)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
@settings(max_examples=50)
def test_ticks_lie_inside_and_are_few(low, span):
    found = plots.ticks(low, low + span)
    assert len(found) <= 8
    slack = span * 1e-6 + 1e-9
    assert all(low - slack <= tick <= low + span + slack for tick in found)
    assert found == sorted(set(found))


@given(st.text(max_size=40))
@settings(max_examples=50)
def test_avatar_is_mirrored_and_its_own(name):
    cells = pixels(name)
    assert cells == pixels(name)
    assert {(4 - x, y, c) for x, y, c in cells} == set(cells)
    assert 5 <= len(cells) <= 20


def test_avatars_differ():
    assert len({tuple(pixels(f"person {n}")) for n in range(500)}) > 490


def test_icon_is_silent_unless_named():
    assert 'aria-hidden="true"' in shown('{% icon "close" %}')
    assert 'role="img" aria-label="&quot;&gt;' in shown('{% icon "close" h %}', h=HOSTILE)


def test_time_is_exact_and_enhanced():
    moment = dt.datetime(2026, 11, 23, 10, 38, 22, tzinfo=dt.UTC)
    html = shown("{% relative_time m %}", m=moment)
    assert "data-relative" in html
    assert 'datetime="2026-11-23T10:38:22+00:00"' in html
    assert shown("{% relative_time m %}", m=None) == "–"


@pytest.mark.parametrize(
    "source",
    [
        "{% bars pairs %}",
        "{% confusion labels counts %}",
        "{% empty h h h h 3 %}",
        "{% stat h h %}",
        "{% residual_plot xs ys h %}",
        "{% sparkline xs h %}",
        "{% identicon h 24 %}",
        "{{ h|number }}{{ h|percent }}{{ h|pixel }}",
    ],
)
def test_hostile_names_are_escaped(source):
    html = shown(
        source,
        h=HOSTILE,
        pairs=[(HOSTILE, 0.5)],
        labels=[HOSTILE, "b"],
        counts=[[1, 2], [3, 4]],
        xs=[1.0, 2.0],
        ys=[1.0, 3.0],
    )
    assert "<script" not in html


def test_bars_mark_the_highest():
    html = shown("{% bars v %}", v={"7": 0.9, "1": 0.1})
    assert '<span class="most">7</span>' in html
    assert 'value="0.9000"' in html


def test_confusion_shades_within_the_true_class_and_marks_the_diagonal():
    html = shown("{% confusion l c %}", l=["a", "b"], c=[[8, 0], [1, 1]])
    assert 'class="h8 on">8<' in html
    assert 'class="h0">0<' in html
    assert 'class="h4">1<' in html


def test_progress_with_and_without_goal():
    assert "61\xa0% of 2,000" in shown("{% progress 1220 2000 3 %}")
    assert "Goal reached" in shown("{% progress 20 20 %}")
    assert "1 datapoint, no goal set" in shown("{% progress 1 None %}")


def test_curve_leaves_gaps_and_draws_the_baseline():
    html = shown("{% svg_curve t v 2.3 %}", t=[2.0, None, 1.0, 0.9], v=[2.1, float("nan"), 1.2])
    assert html.count('class="a"') == html.count('class="b"') == html.count('class="base"') == 1
    assert "nan" not in html.lower().replace("nanometre", "")
    assert html.count("M") >= 4


@pytest.mark.parametrize("values", [[], [None], [float("inf")]])
def test_curve_of_nothing_is_nothing(values):
    assert shown("{% svg_curve v v %}", v=values) == ""
    assert shown("{% sparkline v %}", v=values) == ""
    assert shown("{% residual_plot v v %}", v=values) == ""


def test_scatter_draws_each_pair_or_thins_out():
    many = [float(n) for n in range(4000)]
    assert shown("{% residual_plot v v %}", v=many[:50]).count('class="pt"') == 50
    assert 1000 <= shown("{% residual_plot v v %}", v=many).count('class="pt"') <= 1500


def test_words_for_scripts_are_json():
    html = shown("{% words_for_scripts %}")
    assert html.startswith('<script id="words" type="application/json">')
    assert json.loads(html.partition(">")[2].removesuffix("</script>"))["undo"] == "Undo"
