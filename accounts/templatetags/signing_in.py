"""What pages about signing in, and the foot of every page, ask of the settings."""

from allauth.account import app_settings
from django import template
from django.conf import settings
from django.urls import reverse

from accounts.languages import choices

register = template.Library()


@register.simple_tag
def addresses_are_checked() -> bool:
    """``{% addresses_are_checked as checked %}``: whether mail is sent, and so codes can be."""
    mandatory = app_settings.EmailVerificationMethod.MANDATORY
    return str(app_settings.EMAIL_VERIFICATION) == str(mandatory)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """``{% languages as spoken %}``: code and name of each language that the site speaks."""
    return choices()


@register.simple_tag
def unsent_mail() -> str:
    """``{% unsent_mail as url %}``: where a demo shows the mail that it does not send, or empty."""
    shown = settings.DEMO and hasattr(settings, "EMAIL_FILE_PATH")
    return reverse("outbox") if shown else ""
