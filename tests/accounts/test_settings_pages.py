"""The settings: profile, language, and one menu over all of it."""

import pytest
from django.test import Client

from accounts.models import User
from common.limits import SETTINGS_PER_MINUTE
from tests.cast import client_of

pytestmark = pytest.mark.django_db

PROFILE = "/settings/profile/"
TWO = [("en", "English"), ("es", "Español")]
PAGES = (
    "/settings/",
    PROFILE,
    "/settings/security/",
    "/settings/sessions/",
    "/settings/tokens/",
    "/settings/tokens/new/",
    "/settings/following/",
    "/settings/data/",
    "/settings/close/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/3rdparty/",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_menu(alice_client: Client, path: str):
    page = alice_client.get(path)
    assert page.status_code == 200
    for other in ("/settings/", PROFILE, "/settings/security/", "/settings/close/"):
        assert f'href="{other}"' in page.text
    assert page.text.count('aria-current="page"') == 1
    assert page.text.count("<h1") == 1
    assert "style=" not in page.text


HUGE = 10**30


@pytest.mark.parametrize(
    "path",
    [
        f"/settings/tokens/{HUGE}/revoke/",
        f"/settings/sessions/{HUGE}/end/",
        f"/accounts/2fa/webauthn/keys/{HUGE}/edit/",
        f"/accounts/2fa/webauthn/keys/{HUGE}/remove/",
    ],
)
def test_a_number_that_nothing_can_have_is_missing(alice_client: Client, path: str):
    assert alice_client.post(path).status_code == 404


def test_the_account_menu_leads_there(alice_client: Client):
    page = alice_client.get("/").text
    for path in ("/u/alice/", "/settings/", "/accounts/logout/"):
        assert path in page


def test_people_change_what_others_read(alice_client: Client, alice: User):
    sent = {"about": " Snails \u202e and\nshells. ", "guesses": "on"}
    response = alice_client.post(PROFILE, sent, follow=True)
    assert "Your settings were saved." in response.text
    alice.refresh_from_db()
    assert alice.about == "Snails and shells."
    assert (alice.guesses, alice.shortcuts) == (True, False)


def test_a_line_that_is_too_long_is_refused_with_its_length(alice_client: Client, alice: User):
    response = alice_client.post(PROFILE, {"about": "x" * 281, "shortcuts": "on"})
    assert response.status_code == 422
    assert "281 characters" in response.text
    alice.refresh_from_db()
    assert (alice.about, alice.guesses) == ("", True)


def test_haste_is_slowed_down(alice_client: Client):
    answers = [alice_client.post(PROFILE, {}).status_code for _ in range(SETTINGS_PER_MINUTE + 1)]
    assert set(answers[:-1]) == {302}
    assert answers[-1] == 429


def test_fields_that_are_not_in_the_form_change_nothing(alice_client: Client, alice: User):
    alice_client.post(PROFILE, {"is_staff": "on", "trust_level": "3", "username": "root"})
    alice.refresh_from_db()
    assert (alice.is_staff, alice.trust_level, alice.username) == (False, 0, "alice")


def test_one_language_is_no_choice(alice_client: Client, settings):
    settings.LANGUAGES = TWO[:1]
    assert 'name="language"' not in alice_client.get(PROFILE).text
    assert 'action="/language/"' not in alice_client.get("/").text


def test_a_chosen_language_is_kept_with_the_account(settings, alice: User):
    settings.LANGUAGES = TWO
    client = client_of(alice)
    client.post(PROFILE, {"language": "es"})
    assert client.cookies["django_language"].value == "es"
    assert '<html lang="es"' in client.get("/settings/").text
    # In another browser it is known after the first page.
    other = client_of(alice)
    other.get("/settings/")
    assert '<html lang="es"' in other.get("/settings/").text
    client.post(PROFILE, {"language": ""})
    assert client.cookies["django_language"].value == ""
    alice.refresh_from_db()
    assert alice.language == ""


def test_a_language_that_nobody_speaks_here_is_refused(settings, alice: User):
    settings.LANGUAGES = TWO
    client = client_of(alice)
    assert client.post(PROFILE, {"language": "tlh"}).status_code == 422
    for code in ("tlh", "de", "", "../../etc", "\0"):
        client.post("/language/", {"language": code, "next": "/about/"})
    assert "django_language" not in client.cookies
    alice.refresh_from_db()
    assert alice.language == ""


def test_everybody_chooses_at_the_foot_of_the_page(settings, erin_client: Client, alice: User):
    settings.LANGUAGES = TWO
    assert 'action="/language/"' in erin_client.get("/about/").text
    response = erin_client.post("/language/", {"language": "es", "next": "/about/"})
    assert (response.status_code, response["Location"]) == (302, "/about/")
    assert '<html lang="es"' in erin_client.get("/about/").text
    client_of(alice).post("/language/", {"language": "es", "next": "/"})
    alice.refresh_from_db()
    assert alice.language == "es"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_choosing_leads_to_no_other_host(settings, erin_client: Client, evil: str):
    settings.LANGUAGES = TWO
    response = erin_client.post("/language/", {"language": "es", "next": evil})
    assert response["Location"] == "/"


def test_a_page_that_asks_nobody_sets_no_language(settings, alice: User):
    settings.LANGUAGES = TWO
    User.objects.filter(pk=alice.pk).update(language="es")
    assert "django_language" not in client_of(alice).get("/healthz").cookies
