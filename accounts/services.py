"""What people and moderators do with accounts."""

import secrets

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import suspending
from accounts.finding import note_person
from accounts.languages import known
from accounts.models import IdempotencyKey, User
from accounts.moderation import Change
from accounts.names import CLOSED_PREFIX
from common.errors import Forbidden, Missing, Refused
from common.text import clean_name
from live.publish import rights_changed, session_ended

LINK_SALT = "accounts.one_time_link"
LINK_SECONDS = 60 * 60
ABOUT_CHARACTERS = 280
#: Longer texts are refused as they are: a megabyte is not worth cleaning.
LONGEST = 10 * ABOUT_CHARACTERS


def change_about(user: User, about: str) -> None:
    """Write what a person says about themselves, on one line without hidden characters.

    Raises:
        Refused: it is longer than 280 characters.
    """
    length = len(about)
    if length <= LONGEST:
        about = clean_name(about, most=LONGEST)
        length = len(about)
    if length > ABOUT_CHARACTERS:
        raise Refused(
            _("This has %(length)d characters; the most is %(most)d. Shorten it.")
            % {"length": length, "most": ABOUT_CHARACTERS},
            field="about",
        )
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(about=about)
        user.about = about
        note_person(user)


def change_preferences(
    user: User, *, about: str, language: str, shortcuts: bool, guesses: bool
) -> None:
    """Write what a person says about themselves, and how the site behaves for them.

    Args:
        user: whose.
        about: see ``change_about``.
        language: a code of the site's languages, or empty for what the browser asks for.
        shortcuts: whether single keys do things.
        guesses: whether the best model says its guess while the person contributes.

    Raises:
        Refused: the text is too long, or the site does not speak the language.
    """
    if language and not known(language):
        raise Refused(_("Choose a language from the list."), field="language")
    with transaction.atomic():
        change_about(user, about)
        user.language, user.shortcuts, user.guesses = language, shortcuts, guesses
        user.save(update_fields=["language", "shortcuts", "guesses"])


def choose_language(user: User, code: str) -> None:
    """Keep the language that the person chose, which the caller has checked."""
    User.objects.filter(pk=user.pk).update(language=code)
    user.language = code


def end_sessions(user: User) -> None:
    """Sign the person out everywhere and close their open sockets."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    for session in UserSession.objects.filter(user=user):
        session.end()
    close_sockets(user)


def end_session(session: UserSession) -> None:
    """Sign out in one place: the session is deleted, its sockets are closed after the commit."""
    with transaction.atomic():
        session.end()
        session_ended(session.session_key)


def end_place(user: User, session_id: int) -> None:
    """Sign the person out in one of the places that they see in their list.

    Raises:
        Missing: the person has no such session.
    """
    session = UserSession.objects.filter(pk=session_id, user=user).first()
    if session is None:
        raise Missing
    end_session(session)


def end_other_places(user: User, current_key: str | None) -> int:
    """Sign the person out everywhere but here; return in how many places."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=current_key))
    for session in others:
        end_session(session)
    return len(others)


def close_sockets(user: User) -> None:
    """Have every socket of the person checked again after the commit."""
    rights_changed(user_id=user.pk)


def suspend(person: User, actor: User) -> Change:
    """Keep a person out: no sign-in, every session ended. What they made stays.

    Raises:
        Refused: suspended already, or the actor's own account.
        Forbidden: the person is a moderator and the actor no administrator.
    """
    if person.pk == actor.pk:
        raise Refused(_("You cannot suspend yourself. Ask another moderator."))
    if (person.is_staff or person.is_superuser) and not actor.is_superuser:
        raise Forbidden(_("Only an administrator may suspend a moderator."))
    if not person.is_active:
        raise Refused(_("This person is suspended already."), status=409)
    person.is_active = False
    person.save(update_fields=["is_active"])
    note_person(person)
    end_sessions(person)
    suspending.tell(person)
    return {"is_active": True}, {"is_active": False}


def reinstate(person: User, actor: User) -> Change:
    """Let a suspended person sign in again; old sessions stay ended.

    Raises:
        Refused: the person is not suspended, or has closed the account.
        Forbidden: the person is a moderator and the actor no administrator.
    """
    if (person.is_staff or person.is_superuser) and not actor.is_superuser:
        raise Forbidden(_("Only an administrator may reinstate a moderator."))
    if person.is_active:
        raise Refused(_("This person is not suspended."), status=409)
    if person.username.startswith(CLOSED_PREFIX):
        raise Refused(_("This person has closed the account: nothing can open it."), status=409)
    person.is_active = True
    person.save(update_fields=["is_active"])
    note_person(person)
    suspending.tell(person)
    return {"is_active": False}, {"is_active": True}


def one_time_link(user: User) -> str:
    """The path of a link that signs this person in once, within an hour. Only in the demo.

    Raises:
        RuntimeError: this is no demo: such a link would be a password in a terminal's history.
    """
    if not settings.DEMO:
        raise RuntimeError("One-time sign-in links exist in the demo only.")
    token = signing.dumps([user.pk, secrets.token_urlsafe(12)], salt=LINK_SALT, compress=False)
    return reverse("one_time_sign_in", args=[token])


def person_behind(token: str) -> User:
    """Whom a one-time link would sign in; it may be used already.

    Raises:
        Missing: this is no demo, or the link was not made here.
        Refused: it is older than an hour.
    """
    return _opened(token)[0]


def use_one_time_link(token: str) -> User:
    """Use the link up and return whom to sign in.

    Raises:
        Missing: this is no demo, or the link was not made here.
        Refused: it is older than an hour or was used before.
    """
    user, mark = _opened(token)
    try:
        # The unique key decides between two that come at once, and outlives the link's hour.
        with transaction.atomic():
            IdempotencyKey.objects.create(user=user, key=mark, fingerprint="", answer={})
    except IntegrityError:
        raise _stale(_("This link was used before.")) from None
    return user


def _opened(token: str) -> tuple[User, str]:
    if not settings.DEMO:
        raise Missing
    try:
        user_id, nonce = signing.loads(token, salt=LINK_SALT, max_age=LINK_SECONDS)
    except signing.SignatureExpired:
        raise _stale(_("This link is older than an hour.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise Missing from None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Missing
    # No key that a person sends can be this one: the colon stands in none of our own.
    return user, f"sign-in:{nonce}"


def _stale(what: str) -> Refused:
    way_out = _("Start the demo again for a fresh one, or sign in with your password.")
    return Refused(f"{what} {way_out}", status=410)
