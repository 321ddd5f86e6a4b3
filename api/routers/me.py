"""Who asks."""

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from api.door import Token
from api.requests import asked
from api.schemas.projects import MeOut

router = Router(tags=["me"])


@router.get("/me", response=MeOut, auth=Token(None), summary="Whose token this is")
def me(request: HttpRequest) -> MeOut:
    """The token's person, and what the token opens. Any token may ask."""
    who = asked(request).auth
    assert who.token is not None
    return MeOut(
        username=who.user.username,
        token=str(who.token),
        token_name=who.token.name,
        scopes=who.token.scopes,  # type: ignore[arg-type]
        expires=who.token.expires,
        url=request.build_absolute_uri(reverse("profile", args=[who.user.username])),
    )
