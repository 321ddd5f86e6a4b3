"""Programs of the people of ``tests.cast``."""

import pytest

from accounts.models import User
from tests.api.asking import Program, token_for


@pytest.fixture
def nobody(db: None) -> Program:
    """Without a token."""
    return Program()


@pytest.fixture
def alices(alice: User) -> Program:
    return Program(token_for(alice))


@pytest.fixture
def carols(carol: User) -> Program:
    return Program(token_for(carol))


@pytest.fixture
def daves(dave: User) -> Program:
    return Program(token_for(dave))
