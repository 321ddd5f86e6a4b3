"""Drafts, single sends, the loss curve, relative times."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.elements.acts import live, module

pytestmark = pytest.mark.browser


def test_form_keeps_what_is_typed_and_is_sent_once(site):
    form = (
        '<form method="post" action="/sent" data-draft-key="k"><input name="a">'
        '<input name="s" type="password"><button>Add</button></form>'
    )
    page = site.show(form)
    page.locator("[name=a]").fill("12 mm")
    page.locator("[name=s]").fill("secret")
    page.reload()
    assert page.locator("[name=a]").input_value() == "12 mm"
    assert page.locator("[name=s]").input_value() == ""
    sends = page.evaluate(
        """() => {
            let sent = 0;
            document.addEventListener('submit', (e) => { e.preventDefault(); sent += 1; });
            const form = document.querySelector('form');
            form.requestSubmit();
            form.requestSubmit();
            return sent;
        }"""
    )
    assert sends == 1


def test_chart_draws_epochs_as_they_come(site):
    curve = json.dumps({"of": 5, "train": [2.0], "validation": [2.1], "baseline": 2.3})
    inline = f'<script type="application/json" id="c">{curve}</script>'
    body = f'{inline}<cc-chart data-json="c"></cc-chart>'
    page = site.show(body, "vendor/uplot/uPlot.iife.min.js", "js/cc-chart.js")
    chart = page.locator("cc-chart")
    expect(chart.locator("canvas")).to_be_visible()
    live(page, "cc-chart", kind="epoch", epoch=2, of=5, train_loss=1.0, validation_loss=1.25)
    expect(chart).to_have_attribute(
        "aria-label", "Loss after 2 of 5 epochs: train 1, validation 1.25"
    )
    points = [[1, 2.0, 2.1], [2, 1.0, 1.25], [3, 0.5, 0.75]]
    chart.evaluate(
        "(e, detail) => e.dispatchEvent(new CustomEvent('live:snapshot', {detail}))",
        {"of": 5, "points": points},
    )
    expect(chart).to_have_attribute(
        "aria-label", "Loss after 3 of 5 epochs: train 0.5, validation 0.75"
    )
    page.emulate_media(color_scheme="dark")
    expect(chart.locator("canvas")).to_have_count(1)


def test_times_are_told_relative(site):
    page = site.show("<p></p>")
    code = "return [m.relative(v[0], v[0] + 5000), m.relative(0, 130000), m.relative(0, 90000000)]"
    assert module(page, "time", code, 0) == ["now", "2 minutes ago", "yesterday"]
