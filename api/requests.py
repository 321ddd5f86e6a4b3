"""What a request to the API carries once its door has let it in."""

from dataclasses import dataclass
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest as DjangoRequest

from accounts.models import ApiToken, User
from common.http import HttpRequest
from common.ratelimit import Left


@dataclass(frozen=True)
class Caller:
    """Who asks: the person of the token that was shown, or nobody."""

    person: User | AnonymousUser
    token: ApiToken | None

    @property
    def user(self) -> User:
        """The person, behind a door that lets in nobody without a token."""
        assert isinstance(self.person, User)
        return self.person


class ApiRequest(HttpRequest):
    """Any request to the API. ``request_id`` names it in answers and logs."""

    request_id: str
    auth: Caller
    user: User | AnonymousUser
    #: The budget that it was counted against, by its name.
    spent: tuple[str, Left]


def asked(request: DjangoRequest) -> ApiRequest:
    """The request as the API's door left it; views of django-ninja are given a plain one."""
    return cast(ApiRequest, request)
