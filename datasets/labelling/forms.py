"""What people send when they label, and what maintainers say of labelling."""

from django import forms
from django.utils.translation import gettext_lazy

SKIP = "skip"


class LabelForm(forms.Form):
    """One answer; the target itself says whether it is one."""

    item = forms.CharField(max_length=64)
    value = forms.CharField(required=False, max_length=500)
    order = forms.CharField(required=False, max_length=8)


class DecideForm(forms.Form):
    """A maintainer's answer to a dispute; empty to leave the item out."""

    value = forms.CharField(required=False, max_length=500)
    order = forms.CharField(required=False, max_length=8)
    reason = forms.CharField(required=False, max_length=200)


class GoldForm(forms.Form):
    """A gold item: the row's number as pages show it, its answer, and why."""

    number = forms.IntegerField(
        label=gettext_lazy("Row"),
        min_value=1,
        max_value=2**53,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Its number, as the data page shows it."),
    )
    value = forms.CharField(
        label=gettext_lazy("Answer"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Empty: the one that the row has."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Who labels it reads this at once, such as: a 7 may have a bar."),
    )
