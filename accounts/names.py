"""What a username may look like."""

from django.core.validators import MinLengthValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

USERNAME_VALIDATORS = [
    RegexValidator(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        _("Use letters a to z, digits, - and _, and start with a letter or digit."),
    ),
    MinLengthValidator(2),
]
