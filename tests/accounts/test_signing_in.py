"""What of signing in depends on the environment: mail, and accounts on other sites."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account import views
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from accounts.models import User
from crowdcontrolled.signing_in import by_mail, github, google, openid
from tests.cast import PASSWORD, client_of

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
#: The site's addresses with the one that is there only where mail is sent.
urlpatterns = [
    path("accounts/login/code/", views.request_login_code, name="account_request_login_code"),
    path("", include("crowdcontrolled.urls")),
]
SIGN_UP = {"username": "nora", "email": "nora@example.org", "password1": PASSWORD}
CODE_PAGE = "/accounts/confirm-email/"


@pytest.fixture
def with_mail(settings: Any) -> None:
    """The site as it is when EMAIL_URL is set."""
    for name, value in by_mail(has_mail=True).items():
        setattr(settings, name, value)
    settings.ROOT_URLCONF = __name__


def code_in(letter: mail.EmailMessage) -> str:
    lines = [line.strip() for line in str(letter.body).splitlines()]
    return next(line for line in lines if 5 <= len(line) <= 10 and " " not in line and line)


def test_without_mail_nobody_is_asked_to_confirm(settings: Any):
    client = Client()
    assert client.post("/accounts/signup/", SIGN_UP)["Location"] == "/"
    assert "_auth_user_id" in client.session
    assert "Send me a code" not in Client().get("/accounts/login/").text


def test_with_mail_a_code_confirms_the_address(with_mail: None):
    client = Client()
    response = client.post("/accounts/signup/?next=/about/", {**SIGN_UP, "next": "/about/"})
    assert response["Location"].startswith(CODE_PAGE)
    assert "_auth_user_id" not in client.session
    page = client.get(CODE_PAGE).text
    assert "<b>nora@example.org</b>" in page
    assert f'action="{CODE_PAGE}"' in page
    assert client.post(CODE_PAGE, {"code": "wrong"}).status_code == 200
    assert "_auth_user_id" not in client.session
    response = client.post(CODE_PAGE, {"code": code_in(mail.outbox[0])})
    assert response["Location"] == "/about/"
    assert "_auth_user_id" in client.session
    assert EmailAddress.objects.get(email="nora@example.org").verified


def test_with_mail_too_a_known_address_is_not_told(with_mail: None, alice: User):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    answers = []
    for number, address in enumerate(("alice@example.org", "new@example.org")):
        sent = {**SIGN_UP, "username": f"nora{number}", "email": address}
        answer = Client().post("/accounts/signup/", sent)
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1]
    assert not User.objects.filter(username="nora0").exists()
    assert "already" in mail.outbox[0].body


def test_with_mail_a_code_signs_in(with_mail: None, alice: User):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    client = Client()
    assert "Send me a code" in client.get("/accounts/login/").text
    assert "Sign in with a code" in client.get("/accounts/login/code/").text
    client.post("/accounts/login/code/", {"email": alice.email})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[-1])})
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_a_lost_code_is_sent_again_and_another_address_may_be_given(with_mail: None):
    client = Client()
    client.post("/accounts/signup/", SIGN_UP)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        client.post(CODE_PAGE, {"action": "resend"})
        assert [letter.to for letter in mail.outbox] == 2 * [["nora@example.org"]]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        client.post(CODE_PAGE, {"action": "change", "email": "better@example.org"})
        client.post(CODE_PAGE, {"code": code_in(mail.outbox[-1])})
    assert User.objects.get(username="nora").email == "better@example.org"


def test_asking_for_a_code_tells_nobody_who_is_known(with_mail: None, alice: User):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    answers = [
        Client().post("/accounts/login/code/", {"email": address})
        for address in (alice.email, "nobody@example.org")
    ]
    first, second = ((answer.status_code, answer["Location"]) for answer in answers)
    assert first == second


def test_guessing_a_code_ends_the_attempt(with_mail: None, alice: User):
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    client = Client()
    client.post("/accounts/login/code/", {"email": alice.email})
    code = code_in(mail.outbox[-1])
    for _ in range(4):
        client.post("/accounts/login/code/confirm/", {"code": "guess"})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session


def test_the_settings_say_whether_an_address_is_confirmed(with_mail: None, alice: User):
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True)
    assert "not confirmed" in client_of(alice).get("/settings/security/").text
    assert "Send a new code" in client_of(alice).get("/accounts/email/").text


def test_changes_of_an_account_are_told_by_mail(alice: User):
    new = "a-new-and-longer-one"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client_of(alice).post("/accounts/password/change/", sent)
    assert "password" in mail.outbox[0].subject.lower()


@pytest.mark.parametrize(
    ("make", "names"),
    [(github, ("GITHUB",)), (google, ("GOOGLE",))],
)
def test_a_provider_needs_both_of_its_variables(make: Any, names: tuple[str]):
    assert make("", "") is None
    assert make("id", "secret").settings["APPS"] == [{"client_id": "id", "secret": "secret"}]
    for half in (("id", ""), ("", "secret")):
        with pytest.raises(ImproperlyConfigured, match=f"{names[0]}_CLIENT_SECRET"):
            make(*half)


def test_an_openid_server_needs_its_address():
    assert openid("", "", "", "") is None
    made = openid("id", "secret", "https://id.example.org/realms/x", "University")
    assert made
    assert made.origin == "https://id.example.org"
    for address in ("", "id.example.org", "http://id.example.org", "javascript:alert(1)"):
        with pytest.raises(ImproperlyConfigured, match="OPENID_SERVER"):
            openid("id", "secret", address, "University")


def test_no_provider_no_button():
    for page in ("/accounts/login/", "/accounts/signup/"):
        assert "Go on with" not in Client().get(page).text


ALL_THREE = {
    "GITHUB_CLIENT_ID": "a",
    "GITHUB_CLIENT_SECRET": "b",
    "GOOGLE_CLIENT_ID": "c",
    "GOOGLE_CLIENT_SECRET": "d",
    "OPENID_CLIENT_ID": "e",
    "OPENID_CLIENT_SECRET": "f",
    "OPENID_SERVER": "https://id.example.org",
    "OPENID_NAME": "University",
    "EMAIL_URL": "smtp://mail.example.org:25",
}
LOOK = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
call_command("check", fail_level="WARNING")
call_command("migrate", "socialaccount", verbosity=0)
request = RequestFactory().get("/accounts/login/")
from allauth.core import context
with context.request_context(request):
    page = render_to_string("socialaccount/snippets/login.html", {"request": request}, request)
for name in ("GitHub", "Google", "University"):
    assert f"Go on with {name}" in page, page
assert "https://github.com" in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]
print(reverse("github_callback"), reverse("google_callback"))
print(reverse("openid_connect_callback", args=["openid"]), reverse("account_request_login_code"))
"""


def test_with_their_variables_all_buttons_are_there(tmp_path: Path):
    """In a process of its own: which apps there are is settled at the start."""
    environment = {
        **os.environ,
        **ALL_THREE,
        "VAR": str(tmp_path),
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "crowdcontrolled.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for address in (
        "/accounts/github/login/callback/",
        "/accounts/google/login/callback/",
        "/accounts/oidc/openid/login/callback/",
        "/accounts/login/code/",
    ):
        assert address in done.stdout
    settings_page = (ROOT / "docs" / "settings.md").read_text()
    assert "/accounts/oidc/openid/login/callback/" in settings_page


def test_the_last_way_in_stays(alice: User):
    """Who has no password cannot disconnect the only account that opens theirs."""
    alice.set_unusable_password()
    alice.save()
    found = SocialAccount.objects.create(user=alice, provider="github", uid="7")
    client_of(alice).post("/accounts/3rdparty/", {"account": found.pk})
    assert SocialAccount.objects.filter(pk=found.pk).exists()
