"""The composer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.limits import MESSAGE_CHARACTERS


class MessageForm(forms.Form):
    """One message and the key that makes sending it twice harmless."""

    text = forms.CharField(
        label=_("Message"),
        # Checked by the service too, which cleans the text first; this is the browser's hint.
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": MESSAGE_CHARACTERS}),
        help_text=_("Plain text. Everybody who can see the project can read it."),
    )
    idempotency_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
