"""What a username may look like, and which names look alike."""

from collections.abc import Callable

from django.core.validators import MinLengthValidator, RegexValidator
from django.db.models import F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, Replace
from django.utils.translation import gettext_lazy as _

USERNAME_VALIDATORS: list[Callable[[str], None]] = [
    RegexValidator(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        _("Use letters a to z, digits, - and _, and start with a letter or digit."),
    ),
    MinLengthValidator(2),
]
#: Names of closed accounts begin so; nobody may take one.
CLOSED_PREFIX = "former-"
#: Pairs that are read as one another; usernames hold no other letters than ASCII ones.
CONFUSABLE = (("_", "-"), ("0", "o"), ("1", "l"), ("i", "l"))


def skeleton(name: str | Combinable) -> Func:
    """What a name looks like at a glance, as a database expression: equal ones are confusable.

    Args:
        name: a column's name, or an expression such as ``Value("Ana_1")``.
    """
    look: Func = Lower(F(name) if isinstance(name, str) else name)
    for shown, meant in CONFUSABLE:
        look = Replace(look, Value(shown), Value(meant))
    return look
