"""The wall of all walls and the feed beside it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.elements.acts import live, module
from tests.browser.elements.conftest import ORIGIN

pytestmark = pytest.mark.browser
SITES = (
    [1],
    [2000, 400],
    [1500, 1200, 400],
    list(range(2_000, 0, -80)),
    [1_000_000, *[120] * 28],
    [5_000_000] * 29,
)
LAND = (
    '<li class="px-{colour}" data-src="/p/{slug}/wall.json" data-goal="{goal}" '
    'data-count="{count}" data-cells="{cells}" data-name="{slug} &lt;i&gt;" '
    'data-live-topic="project:{colour}" data-live-seq="1">'
    '<a href="/p/{slug}/"><span>{slug}</span></a></li>'
)
FEED = (
    '<p><span data-home-total="21">21 datapoints</span></p><div>'
    '<p data-live-summary role="status"></p>'
    '<button type="button" data-live-pause hidden>Pause</button>'
    '<ul data-live-list data-home-feed data-cap="2">'
    '<template data-kind="activity"><li><span class="chip" data-slot-colour="colour"></span>'
    '<b data-slot="actor"></b> <span data-slot="text"></span> '
    '<a data-slot="name" data-slot-href="url"></a></li></template>'
    '<li data-key="1">old</li></ul></div>'
)
PIXEL = """(canvas, [x, y]) => {
    const brush = canvas.getContext("2d");
    return [...brush.getImageData(Math.floor(x), Math.floor(y), 1, 1).data];
}"""


def mosaic(site, *lands, goal=12, cells=10):
    listed = "".join(
        LAND.format(slug=slug, colour=at, goal=goal, count=cells - 1, cells=cells)
        for at, slug in enumerate(lands, start=3)
    )
    walls = f"<div><cc-mosaic><ul>{listed}</ul></cc-mosaic><p data-scale hidden></p></div>"
    return site.show(walls + FEED, "js/cc-mosaic.js", "js/live-list.js", "js/home.js")


@pytest.mark.parametrize("weights", SITES, ids=lambda weights: f"{len(weights)} of {weights[0]}")
@pytest.mark.parametrize(("width", "height"), [(1280, 470), (390, 300)])
def test_every_territory_has_room_and_can_be_hit(site, weights, width, height):
    page = site.show("")
    code = "return m.plan(v[0], v[1], v[2], 1)"
    found = module(page, "mosaic-plan", code, weights, width, height)
    rooms = [box["width"] * box["height"] for box in found["boxes"]]
    assert all(room * found["share"] >= weight for room, weight in zip(rooms, weights, strict=True))
    assert all(min(box["width"], box["height"]) >= 1 for box in found["boxes"])
    assert 4 <= found["unit"] <= 14
    # No smaller pixel, and no coarser scale, than is needed.
    assert (found["share"] == 1) or found["unit"] == 4


def test_pixels_are_what_is_there_what_is_missing_and_what_is_nobodys(site):
    page = mosaic(site, "x", "y")
    expect(page.locator("[data-scale]")).to_have_text(
        "1 pixel = 1 datapoint; empty = still missing"
    )
    page.wait_for_function(
        "() => document.querySelector('cc-mosaic').lands.every((one) => one.loaded)"
    )
    page.wait_for_timeout(100)
    place = """(mosaic, at) => {
        const land = mosaic.lands[0];
        const unit = mosaic.drawn.unit;
        const { x, y, width } = land.box;
        return [(x + (at % width)) * unit + 2, (y + Math.floor(at / width)) * unit + 2];
    }"""
    colours = {}
    for name, at in {"there": 0, "withdrawn": 4, "missing": 11, "nobody": 40}.items():
        spot = page.locator("cc-mosaic").evaluate(place, at)
        colours[name] = page.locator("cc-mosaic canvas").evaluate(PIXEL, spot)
    assert colours["there"][3] == colours["nobody"][3] == 255
    assert colours["withdrawn"][3] == colours["missing"][3] == 0
    assert colours["there"] != colours["nobody"]


def test_a_large_project_is_read_no_finer_than_it_is_drawn(site):
    asked = []
    site.page.on("request", lambda request: asked.append(request.url))
    page = mosaic(site, "x", cells=4_000_000)
    expect(page.locator("[data-scale]")).to_have_text(re.compile(r"^1 pixel = \d+ datapoints"))
    page.wait_for_function("() => document.querySelector('cc-mosaic').lands[0].loaded")
    walls = [url for url in asked if "wall.json" in url]
    assert walls
    assert all(re.search(r"every=\d\d", url) for url in walls), walls


def test_a_datapoint_lands_on_the_wall_in_the_total_and_in_the_feed(site):
    page = mosaic(site, "x", "y")
    page.wait_for_function(
        "() => document.querySelector('cc-mosaic').lands.every((one) => one.loaded)"
    )
    land = '[data-live-topic="project:3"]'
    fresh = [[10, 110, 0, None]]
    live(page, land, kind="rows_added", first=10, count=1, cells=fresh, accepted=10, people=2)
    expect(page.locator("[data-home-total]")).to_have_text("22 datapoints")
    assert page.locator("cc-mosaic").evaluate("(one) => one.lands[0].data.cells.size") == 10
    live(page, land, kind="activity", id=7, actor="<b>mira</b>", text="added 1 datapoint")
    first = page.locator("[data-home-feed] > li").first
    expect(first).to_have_text("<b>mira</b> added 1 datapoint x <i>")
    expect(first.locator("a")).to_have_attribute("href", "/p/x/")
    expect(first.locator(".chip")).to_have_class("chip px-3")
    live(page, land, kind="activity", id=7, actor="mira", text="the same again")
    expect(page.locator("[data-home-feed] > li")).to_have_count(2)


def test_a_feed_that_rests_waits_for_its_reader(site):
    page = mosaic(site, "x")
    pause = page.locator("[data-live-pause]")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    live(page, "cc-mosaic li", kind="activity", id=7, actor="mira", text="added 1 datapoint")
    expect(page.locator("[data-home-feed] > li")).to_have_text(["old"])
    pause.click()
    expect(page.locator("[data-home-feed] > li").first).to_contain_text("mira")


def test_territories_are_links_for_the_keyboard(site):
    page = mosaic(site, "x", "y")
    page.keyboard.press("Tab")
    expect(page.locator("cc-mosaic a").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{ORIGIN}/p/y/")
