"""The door of every operation: who asks, what their token opens, how often, in which format.

Only a token opens it. A session's cookie is not looked at, so no other site can make a browser act
here; and no page of the site looks at a token.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from ninja.security import HttpBearer

from accounts import tokens
from accounts.models import ApiToken
from api.problems import Problem
from api.requests import ApiRequest, Caller
from common.limits import API_READS_PER_MINUTE, API_WRITES_PER_MINUTE
from common.ratelimit import left, spend

READ, WRITE = "read", "write"
BUDGETS = {READ: API_READS_PER_MINUTE, WRITE: API_WRITES_PER_MINUTE}
SECONDS = 60
SAFE = ("GET", "HEAD")
JSON = "application/json"
MULTIPART = "multipart/form-data"
#: An Accept header longer than this is not read.
ACCEPT_CHARACTERS = 1_000
REALM = 'Bearer realm="CrowdControlled"'


class Token(HttpBearer):
    """Lets in who shows a token with one scope.

    Attributes:
        scope: one of ``accounts.tokens.SCOPES``; None takes any token.
        optional: nobody comes in too, and sees what everybody sees.
        takes: the media type of the body, where there is one.
        gives: the media type of the answer; empty for files, which come as they are.
        budget: what it is counted against; by the method where nothing is said.
    """

    openapi_bearerFormat = "cc_…"

    def __init__(
        self,
        scope: str | None,
        *,
        optional: bool = False,
        takes: str = JSON,
        gives: str = JSON,
        budget: str = "",
    ) -> None:
        super().__init__()
        self.scope = scope
        self.optional = optional
        self.takes = takes
        self.gives = gives
        self.budget = budget

    @sensitive_variables()
    def __call__(self, request: HttpRequest) -> Caller:
        """Who asks.

        Raises:
            Problem: 401, 403, 406 or 415; and Refused 429.
        """
        asking: Any = request
        shown = request.headers.get("Authorization", "")
        token = _token_of(shown) if shown else None
        caller = Caller(token.user if token else AnonymousUser(), token)
        asking.auth, asking.user = caller, caller.person
        count(asking, self.budget or (READ if request.method in SAFE else WRITE))
        self._check_token(shown, token)
        self._check_formats(request)
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Never called: ``__call__`` does it all."""
        raise NotImplementedError

    def _check_token(self, shown: str, token: ApiToken | None) -> None:
        if shown and token is None:
            raise Problem(
                "token-invalid",
                headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
            )
        if token is None and not self.optional:
            raise Problem("token-missing", headers={"WWW-Authenticate": REALM})
        if token is not None and self.scope is not None and self.scope not in token.scopes:
            sentence = _("This token has no scope “%(scope)s”; it has: %(scopes)s.")
            told = f'{REALM}, error="insufficient_scope", scope="{self.scope}"'
            raise Problem(
                "scope-missing",
                sentence % {"scope": self.scope, "scopes": ", ".join(token.scopes)},
                headers={"WWW-Authenticate": told},
                scope=self.scope,
            )

    def _check_formats(self, request: HttpRequest) -> None:
        wanted = request.headers.get("Accept", "")[:ACCEPT_CHARACTERS]
        if self.gives and wanted and not request.accepts(self.gives):
            raise Problem("not-acceptable")
        has_body = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
        if has_body and request.method not in SAFE and request.content_type != self.takes:
            sentence = _("Send the body as “%(takes)s”, not as “%(sent)s”.")
            sent = (request.content_type or "?")[:60]
            raise Problem("unsupported-media-type", sentence % {"takes": self.takes, "sent": sent})


def count(request: ApiRequest, budget: str) -> None:
    """Count the request against the token's budget, or the address's.

    Raises:
        Refused: 429; ``request.spent`` says how much is left in any case.
    """
    token = request.auth.token
    who = f"token {token.pk}" if token else f"address {address_of(request)}"
    scope, limit = f"api-{budget}", BUDGETS[budget]
    try:
        spend(scope, who, limit=limit, seconds=SECONDS)
    finally:
        request.spent = (budget, left(scope, who, limit=limit, seconds=SECONDS))


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind a socket of the file system nobody knows."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return "unknown"


@sensitive_variables()
def _token_of(header: str) -> ApiToken | None:
    scheme, _blank, secret = header.partition(" ")
    return tokens.token_of(secret.strip()) if scheme.lower() == "bearer" else None
