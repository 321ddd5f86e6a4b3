"""What pages about signing in, and the foot of every page, ask of the settings."""

from allauth.account import app_settings
from django import template

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
