"""A refusal becomes a page, a toast or problem details; a private thing equals a missing one."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.look.urls"), pytest.mark.django_db]
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_page_says_why_and_escapes_it(client):
    answer = client.get("/refuse/forbidden/")
    assert answer.status_code == 403
    assert "Only the owner may do &lt;b&gt;this&lt;/b&gt;." in answer.text
    assert "<svg" in answer.text


@pytest.mark.parametrize(("kind", "status"), [("conflict", 409), ("slow", 429), ("denied", 403)])
def test_status_of_the_page(client, kind, status):
    answer = client.get(f"/refuse/{kind}/")
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")


def test_slow_down_tells_the_seconds(client):
    answer = client.get("/refuse/slow/")
    assert answer["Retry-After"] == "8"
    assert '<b class="tab" data-countdown>8</b> seconds' in answer.text


def test_htmx_gets_a_toast(client):
    answer = client.get("/refuse/conflict/", headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (
        409,
        "#toasts",
        "beforeend",
    )
    assert "<html" not in answer.text
    assert "Another body came with the same key." in answer.text


@pytest.mark.parametrize(
    ("path", "headers"), [("/refuse/field/", JSON), ("/api/v1/refuse/field/", {})]
)
def test_programs_get_problem_details(client, path, headers):
    answer = client.get(path, headers=headers)
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    said.pop("request_id", None)
    assert said == {
        "type": "http://testserver/developers/problems/#bad-request",
        "title": "The request cannot be read",
        "status": 400,
        "detail": "Too long.",
        "field": "name",
    }


@pytest.mark.parametrize("headers", [{}, HTMX, JSON])
def test_private_equals_missing_equals_unknown(client, alice, headers):
    for each in (client, _signed_in(alice)):
        answers = [
            each.get(path, headers=headers)
            for path in ("/refuse/private/", "/refuse/missing/", "/no/such/page/", "/p/x/?q=<i>")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
        assert not any(answer.cookies for answer in answers)


def test_the_missing_page_takes_no_message_away(client):
    client.get("/note/")
    assert "Kept for the next page" not in client.get("/refuse/private/").text
    assert "Kept for the next page" in client.get("/add/").text


def test_debug_shows_the_same_page(client, settings):
    settings.DEBUG = True
    assert "This pixel is missing." in client.get("/no/such/page/").text


def test_a_form_without_proof_of_origin_gets_a_way_out():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/protected/", {})
    assert answer.status_code == 403
    assert "reload the page and send it again" in answer.text
    assert client.post("/protected/", {}, headers=JSON).json()["status"] == 403


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "500.html"])
def test_error_pages_need_no_request_and_no_database(name, django_assert_num_queries):
    from django.template.loader import render_to_string

    with django_assert_num_queries(0):
        page = render_to_string(name)
    assert "<h1>" in page
    assert "csrf" not in page.lower()


@pytest.mark.urls("tests.look.bare_urls")
def test_the_page_of_our_mistake_needs_no_addresses(client):
    answer = client.get("/fail/")
    assert answer.status_code == 500
    assert "Something broke on our side." in answer.text
    assert "secret" not in answer.text


def _signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
