"""People, what they asked twice, and what moderators did."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.names import USERNAME_VALIDATORS, skeleton


class User(AbstractUser):
    """A person. Accounts are closed and anonymised, never deleted: rows keep pointing at them."""

    class Trust(models.IntegerChoices):
        NEW = 0, _("new")
        KNOWN = 1, _("known")
        REGULAR = 2, _("regular")
        PILLAR = 3, _("pillar")

    username = models.CharField(
        _("username"), max_length=30, unique=True, validators=USERNAME_VALIDATORS
    )
    trust_level = models.PositiveSmallIntegerField(
        _("trust level"), choices=Trust, default=Trust.NEW
    )
    about = models.CharField(_("about"), max_length=280, blank=True)
    #: Empty: what the browser asks for.
    language = models.CharField(_("language"), max_length=8, blank=True)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    #: Whether the best model says its guess while the person draws or types.
    guesses = models.BooleanField(_("show the model's guess while I contribute"), default=True)
    #: Part of what each session is checked against: counting up ends them all.
    session_generation = models.PositiveIntegerField(default=0, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(skeleton("username"), name="username_unlike_any_other")
        ]

    def __str__(self) -> str:
        return self.username

    def get_session_auth_hash(self) -> str:
        """What a session must know to go on: it changes with the password and the generation."""
        return self._session_mark()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The marks under earlier secret keys, which still count."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_mark(secret=secret)

    def _session_mark(self, secret: str | bytes | None = None) -> str:
        known = f"{self.password}:{self.session_generation}"
        mark = salted_hmac("accounts.session", known, secret=secret, algorithm="sha256")
        return mark.hexdigest()

    @property
    def is_moderator(self) -> bool:
        """Whether the person acts as a moderator through the admin."""
        return self.is_active and self.is_staff


class Follow(models.Model):
    """A person wants to hear of another person."""

    follower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="people_followed")
    followed = models.ForeignKey(User, on_delete=models.CASCADE, related_name="followers")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_person_once"),
            models.CheckConstraint(
                condition=~models.Q(follower=models.F("followed")), name="follow_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class ApiToken(models.Model):
    """What a program of a person shows instead of a password. Only the secret's hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    #: The public part of the token: how people and logs tell tokens apart.
    prefix = models.CharField(max_length=12, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    #: Of ``accounts.tokens.SCOPES``.
    scopes: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    expires = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"cc_{self.prefix}"


class IdempotencyKey(models.Model):
    """The answer to an act that its sender may repeat; written with the act's effect."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    #: sha256 of what was asked: another body under the same key is a conflict.
    fingerprint = models.CharField(max_length=64)
    answer: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_per_user")
        ]

    def __str__(self) -> str:
        return self.key


class ModerationAction(models.Model):
    """One line of the public moderation log. The database refuses to change or delete it."""

    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="moderation_actions")
    action = models.CharField(_("action"), max_length=32)
    target_type = models.CharField(_("kind of target"), max_length=32)
    target_id = models.BigIntegerField(_("target"))
    target_label = models.CharField(_("target's name"), max_length=200)
    reason = models.CharField(_("reason"), max_length=32)
    note = models.CharField(_("note"), max_length=500, blank=True)
    before: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    after: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("moderation log entry")
        verbose_name_plural = _("moderation log")

    def __str__(self) -> str:
        return f"{self.action} {self.target_type} {self.target_label}"
