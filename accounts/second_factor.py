"""Whether a password alone opens an account."""

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import User

#: Recovery codes only replace one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    """Whether the person has set up an authenticator app, a passkey or a security key."""
    found: bool = Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
    return found


def must_have_one(user: User) -> bool:
    """Whether the person is a moderator who has to set one up before going to the desk."""
    needed: bool = settings.MODERATORS_NEED_SECOND_FACTOR
    return needed and user.is_moderator and not has_second_factor(user)


def codes_left(user: User) -> int | None:
    """How many recovery codes are unused; None when there are none at all."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return None if found is None else len(found.wrap().get_unused_codes())
