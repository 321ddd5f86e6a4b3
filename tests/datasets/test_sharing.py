"""What leaves the site with a link: there for strangers or for nobody, and gone within a minute."""

import io
import itertools
import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from common.limits import PICTURE_SECONDS, PICTURES_PER_MINUTE
from datasets import services, sharing
from datasets.models import Contribution
from datasets.rendering.sample import Wall
from projects.models import Project
from tests.cast import client_of
from tests.projects_in_use import add_records, published, seed_fields, seed_records

MACHINES = ("embed/", "badge.svg", "og.png", "wall.png")
GONE: dict[str, dict[str, Any]] = {
    "private": {"visibility": "private"},
    "draft": {"state": "draft"},
    "hidden": {"hidden": True},
}


def at(project: Project, name: str) -> str:
    return f"/p/{project.slug}/{name}"


def said(response: Any, slug: str) -> bytes:
    body: bytes = response.content
    return body.replace(slug.encode(), b"SLUG")


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_strangers_get_it(digits: Project, erin_client: Client, visibility: str) -> None:
    Project.objects.filter(pk=digits.pk).update(visibility=visibility)
    for name in MACHINES:
        assert erin_client.get(at(digits, name)).status_code == 200, name


@pytest.mark.parametrize("state", GONE)
def test_of_others_nobody_gets_it_and_it_looks_missing(
    digits: Project, alice: User, bob: User, dave: User, state: str
) -> None:
    clients = [client_of(reader) for reader in (None, alice, bob, dave)]
    for name in MACHINES:
        assert clients[0].get(at(digits, name)).status_code == 200
    Project.objects.filter(pk=digits.pk).update(**GONE[state])
    for name, client in itertools.product(MACHINES, clients):
        got, nothing = client.get(at(digits, name)), client.get(f"/p/absent/{name}")
        assert got.status_code == nothing.status_code == 404
        assert said(got, digits.slug) == said(nothing, "absent")
        assert got["X-Frame-Options"] == "DENY"


def test_the_page_gives_link_code_and_badge(digits: Project, erin_client: Client) -> None:
    page = erin_client.get(at(digits, "share/")).content.decode()
    assert f'value="http://testserver/p/{digits.slug}/"' in page
    assert f"&lt;iframe src=&quot;http://testserver/p/{digits.slug}/embed/&quot;" in page
    badge = f"[![Digits](http://testserver/p/{digits.slug}/badge.svg)]"
    assert f"{badge}(http://testserver/p/{digits.slug}/)" in page
    assert "frame-src 'self'" in erin_client.get(at(digits, "share/"))["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("state", "words"),
    [("private", "This project is private"), ("draft", "This is a draft"), ("hidden", "hidden")],
)
def test_the_page_tells_members_why_there_is_nothing(
    digits: Project, alice_client: Client, erin_client: Client, state: str, words: str
) -> None:
    Project.objects.filter(pk=digits.pk).update(**GONE[state])
    page = alice_client.get(at(digits, "share/"))
    assert words in page.content.decode()
    assert "embed/" not in page.content.decode()
    assert erin_client.get(at(digits, "share/")).status_code == 404


def test_names_are_escaped_everywhere(alice: User, erin_client: Client) -> None:
    name = '"><script>alert(1)</script>[x](http://evil)'
    project = published(alice, name, seed_fields("digits"))
    for path in ("share/", "embed/", ""):
        page = erin_client.get(at(project, path)).content.decode()
        assert "<script>alert" not in page
    links = sharing.links_of(project, lambda path: f"http://here{path}")
    assert 'title="&quot;&gt;&lt;script' in sharing.embed_code(project, links)
    assert "\\[x\\](http" in sharing.badge_markdown(project, links)
    svg = erin_client.get(at(project, "badge.svg")).content
    root = ET.fromstring(svg)
    assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
    assert root[0].text is not None
    assert root[0].text.startswith(name)


def test_the_badge_counts(alice: User, erin_client: Client) -> None:
    project = published(alice, "Digits", seed_fields("digits"))
    assert b"0 datapoints" in erin_client.get(at(project, "badge.svg")).content
    add_records(project, alice, seed_records("digits", 1))
    answer = erin_client.get(at(project, "badge.svg"), HTTP_ACCEPT_LANGUAGE="de")
    assert b"1 datapoint<" in answer.content
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert answer["Cache-Control"] == f"public, max-age={PICTURE_SECONDS}"


@pytest.mark.parametrize(("name", "size"), [("og.png", (1200, 630)), ("wall.png", (1200, 480))])
def test_pictures_are_png_of_the_size_that_is_asked_for(
    digits: Project, erin_client: Client, name: str, size: tuple[int, int]
) -> None:
    answer = erin_client.get(at(digits, name))
    assert answer["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content))
    assert image.size == size
    colours = image.convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 10


def test_a_picture_that_still_stands_is_not_sent_again(
    digits: Project, erin_client: Client
) -> None:
    first = erin_client.get(at(digits, "og.png"))
    again = erin_client.get(at(digits, "og.png"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_it_is_drawn_once_while_nothing_changes(
    digits: Project, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Wall] = []
    draw = sharing.DRAWN["og"]

    def noted(wall: Wall) -> bytes:
        drawn.append(wall)
        return draw(wall)

    monkeypatch.setitem(sharing.DRAWN, "og", noted)
    for _again in range(3):
        erin_client.get(at(digits, "og.png"))
    assert len(drawn) == 1
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        erin_client.get(at(digits, "og.png"))
        assert len(drawn) == 1


@pytest.mark.parametrize("change", ["reject", "withdraw", "rename"])
def test_what_is_taken_away_is_gone_within_a_minute(
    digits: Project, erin_client: Client, alice: User, bob: User, change: str
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        before = erin_client.get(at(digits, "og.png"))
        if change == "reject":
            services.reject(Contribution.objects.get(project=digits, user=alice), bob)
        elif change == "withdraw":
            services.withdraw(Contribution.objects.get(project=digits, user=alice), alice)
        else:
            Project.objects.filter(pk=digits.pk).update(name="Other")
    age = re.search(r"max-age=(\d+)", before["Cache-Control"])
    assert age is not None
    # What a proxy took at the last moment, it may show for its max-age.
    latest = start + timedelta(seconds=60 - int(age[1]) - 1)
    with time_machine.travel(latest, tick=False):
        assert erin_client.get(at(digits, "og.png"))["ETag"] != before["ETag"]


def test_a_wall_that_grows_all_the_time_is_not_drawn_for_each_row(
    digits: Project, erin_client: Client, alice: User
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        first = erin_client.get(at(digits, "wall.png"))["ETag"]
        add_records(digits, alice, seed_records("digits", 1))
        assert erin_client.get(at(digits, "wall.png"))["ETag"] == first
    with time_machine.travel(start + timedelta(seconds=PICTURE_SECONDS + 1), tick=False):
        assert erin_client.get(at(digits, "wall.png"))["ETag"] != first


def test_one_address_has_only_so_many_drawn(
    digits: Project, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "PICTURES_PER_MINUTE", 1)
    assert erin_client.get(at(digits, "og.png")).status_code == 200
    refused = erin_client.get(at(digits, "wall.png"))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    # What is drawn already costs nothing.
    assert erin_client.get(at(digits, "og.png")).status_code == 200
    assert PICTURES_PER_MINUTE > 1


def test_the_embed_may_stand_in_frames_and_nothing_else_may(
    digits: Project, alice_client: Client
) -> None:
    embed = alice_client.get(at(digits, "embed/"))
    assert "X-Frame-Options" not in embed.headers
    assert "frame-ancestors *" in embed["Content-Security-Policy"]
    for path in ("", "share/", "data/", "contribute/"):
        page = alice_client.get(at(digits, path))
        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_embed_is_the_same_for_everybody_and_sets_no_cookie(
    digits: Project, alice_client: Client, erin_client: Client
) -> None:
    mine, theirs = alice_client.get(at(digits, "embed/")), erin_client.get(at(digits, "embed/"))
    assert mine.content == theirs.content
    assert not mine.cookies
    assert not theirs.cookies
    page = mine.content.decode()
    assert "alice" not in page
    assert "csrf" not in page.lower()
    links = re.findall(r"<a\s[^>]*>", page)
    assert len(links) >= 3
    assert all('target="_blank"' in link and 'rel="noopener"' in link for link in links)


def test_the_embed_takes_a_theme_and_nothing_else(digits: Project, erin_client: Client) -> None:
    assert 'data-theme="dark"' in erin_client.get(at(digits, "embed/?theme=dark")).content.decode()
    odd = erin_client.get(at(digits, 'embed/?theme="><b>')).content.decode()
    assert "data-theme" not in odd
    assert "<b>" not in odd


def test_a_large_wall_is_embedded_as_a_picture(
    digits: Project, erin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<cc-wall" in erin_client.get(at(digits, "embed/")).content.decode()
    monkeypatch.setattr("datasets.views.sharing.LIVE_CELLS", 10)
    page = erin_client.get(at(digits, "embed/")).content.decode()
    assert "<cc-wall" not in page
    assert "data-again" in page


def meta(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page)
    )


def test_pages_of_a_project_say_how_their_link_looks(digits: Project, erin_client: Client) -> None:
    for path in ("", "data/", "models/", "chat/"):
        page = erin_client.get(at(digits, f"{path}?utm=1")).content.decode()
        said = meta(page)
        assert said["og:title"] == "Digits"
        assert said["og:url"] == f"http://testserver/p/{digits.slug}/"
        assert said["og:image"] == f"http://testserver/p/{digits.slug}/og.png"
        assert said["twitter:card"] == "summary_large_image"
        assert f'<link rel="canonical" href="http://testserver/p/{digits.slug}/{path}">' in page
        assert 'name="robots"' not in page


def test_an_unlisted_project_asks_not_to_be_indexed(digits: Project, erin_client: Client) -> None:
    Project.objects.filter(pk=digits.pk).update(visibility="unlisted")
    page = erin_client.get(at(digits, "")).content.decode()
    assert meta(page)["og:title"] == "Digits"
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("state", GONE)
def test_a_project_that_strangers_do_not_see_says_nothing(
    digits: Project, alice_client: Client, state: str
) -> None:
    assert meta(alice_client.get(at(digits, "")).content.decode())
    Project.objects.filter(pk=digits.pk).update(**GONE[state])
    page = alice_client.get(at(digits, "")).content.decode()
    assert meta(page) == {}
    assert "canonical" not in page


def test_the_site_has_a_picture_of_public_walls_only(
    digits: Project, penguins: Project, erin_client: Client
) -> None:
    page = erin_client.get("/?utm=1").content.decode()
    assert meta(page)["og:image"] == "http://testserver/og.png"
    assert '<link rel="canonical" href="http://testserver/">' in page
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        both = erin_client.get("/og.png")
    assert Image.open(io.BytesIO(both.content)).size == (1200, 630)
    Project.objects.filter(pk=digits.pk).update(visibility="unlisted")
    with time_machine.travel(start + timedelta(seconds=PICTURE_SECONDS + 1), tick=False):
        assert erin_client.get("/og.png")["ETag"] != both["ETag"]
    Project.objects.update(hidden=True)
    with time_machine.travel(start + timedelta(minutes=1), tick=False):
        assert erin_client.get("/og.png").status_code == 200


def asked(client: Client, url: str, **more: str) -> Any:
    return client.get("/oembed", {"url": url, **more})


def test_a_pasted_link_becomes_an_embed(digits: Project, erin_client: Client) -> None:
    page = erin_client.get(at(digits, "")).content.decode()
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert found is not None
    told = erin_client.get(found[1].replace("&amp;", "&")).json()
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", "Digits")
    assert f'src="http://testserver/p/{digits.slug}/embed/"' in told["html"]
    small = asked(erin_client, f"http://testserver{at(digits, 'data/')}", maxwidth="300").json()
    assert small["width"] == 300
    assert 'width="300"' in small["html"]


def test_other_links_are_no_embeds(digits: Project, erin_client: Client) -> None:
    good = f"http://testserver{at(digits, '')}"
    assert asked(erin_client, good).status_code == 200
    assert asked(erin_client, good, format="xml").status_code == 501
    elsewhere = (
        "",
        "http://[",
        "http://evil.example/p/digits/",
        "http://testserver/",
        "http://\x00",
    )
    for url in (*elsewhere, "http://testserver/p/absent/", good + "nowhere/"):
        assert asked(erin_client, url).status_code == 404, url
    Project.objects.filter(pk=digits.pk).update(hidden=True)
    assert asked(erin_client, good).status_code == 404
