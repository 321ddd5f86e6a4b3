"""Five people: alice owns, bob maintains, carol is a member, dave is a stranger, erin is nobody.

And mona, who moderates. They meet in a published project; a test that needs another makes it.
"""

import time

import pytest
from django.test import Client

from accounts.models import User

PASSWORD = "correct-horse-battery"


def person(name: str, **extra: object) -> User:
    """A new person with that name."""
    return User.objects.create_user(name, f"{name}@example.org", PASSWORD, **extra)


@pytest.fixture
def alice(db: None) -> User:
    """The owner."""
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    """The maintainer."""
    return person("bob")


@pytest.fixture
def carol(db: None) -> User:
    """The member."""
    return person("carol")


@pytest.fixture
def dave(db: None) -> User:
    """The stranger: signed in, no member anywhere."""
    return person("dave")


@pytest.fixture
def mona(db: None) -> User:
    """The moderator."""
    return person("mona", is_staff=True, is_superuser=True)


def client_of(user: User | None, *, confirmed: bool = True) -> Client:
    """A browser in which that person is signed in; None is erin, who is anonymous.

    They signed in a moment ago, so that dangerous steps ask for nothing; unless not ``confirmed``.
    """
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if confirmed:
            session = client.session
            session["account_authentication_methods"] = [
                {"method": "password", "at": time.time(), "reauthenticated": True}
            ]
            session["account_authentication_methods_user"] = str(user.pk)
            session.save()
    return client


@pytest.fixture
def erin_client() -> Client:
    return client_of(None)


@pytest.fixture
def alice_client(alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return client_of(bob)


@pytest.fixture
def carol_client(carol: User) -> Client:
    return client_of(carol)


@pytest.fixture
def dave_client(dave: User) -> Client:
    return client_of(dave)


@pytest.fixture
def mona_client(mona: User) -> Client:
    return client_of(mona)
