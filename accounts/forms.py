"""What people write about themselves."""

from django import forms

from accounts.models import User


class AboutForm(forms.ModelForm):  # type: ignore[type-arg]
    """The line under a person's name; the service cleans it and checks its length."""

    class Meta:
        model = User
        fields = ["about"]
