"""What people write about themselves and choose in their settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.languages import choices
from accounts.models import User
from accounts.services import ABOUT_CHARACTERS
from accounts.tokens import DAYS, SCOPES


class PreferencesForm(forms.Form):
    """A person's page and how the site behaves for them; the service cleans and checks the text."""

    about = forms.CharField(
        label=_("About you"),
        required=False,
        help_text=_("One line under your name, for everybody to read."),
        widget=forms.TextInput(attrs={"maxlength": ABOUT_CHARACTERS}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    guesses = forms.BooleanField(
        label=_("Show the best model's guess while I contribute"),
        required=False,
        help_text=_("Turn it off when the guess would sway you."),
    )
    shortcuts = forms.BooleanField(
        label=_("Single keys do things"),
        required=False,
        help_text=_("Press ? on any page to see them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = choices()
        chosen = self.fields["language"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("What my browser asks for")), *spoken]
        if len(spoken) < 2:
            del self.fields["language"]

    @classmethod
    def of(cls, user: User) -> "PreferencesForm":
        """The form as it stands for the person now."""
        names = ("about", "language", "guesses", "shortcuts")
        return cls(initial={name: getattr(user, name) for name in names})


def _ends(days: int | None) -> tuple[str, Any]:
    if days is None:
        return "", _("never")
    return str(days), ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


class TokenForm(forms.Form):
    """What a token is called, may do, and when it ends."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What will use it, such as “field laptop”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope.name, scope.what) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what the token may do, at least one thing.")},
    )
    days = forms.TypedChoiceField(
        label=_("It ends"),
        choices=lambda: [_ends(days) for days in DAYS],
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )
    idempotency_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """Whether to close the account, and what becomes of what was given."""

    KEEP, WITHDRAW = "keep", "withdraw"

    rows = forms.ChoiceField(
        label=_("Your datapoints"),
        choices=[
            (KEEP, _("stay, credited to a “former contributor”")),
            (WITHDRAW, _("are withdrawn: their values are emptied for good")),
        ],
        widget=forms.RadioSelect,
    )
    username = forms.CharField(
        label=_("Your username, to be sure"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_username(self) -> str:
        """The name, which must be the person's own.

        Raises:
            ValidationError: it is another one.
        """
        name: str = self.cleaned_data["username"]
        if name != self.user.username:
            raise forms.ValidationError(
                _("This is not your username. Write %(name)s."), params={"name": self.user.username}
            )
        return name
