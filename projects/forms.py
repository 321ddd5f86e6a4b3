"""What people write when they open a project, change it or invite somebody.

The forms check shapes; what is allowed, the services decide.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.limits import INVITATION_USES
from projects.browsing import DATA, FOLLOWED, MINE, TRENDING, Wish
from projects.licences import LICENCES
from projects.models import Membership, Project
from projects.tags import written
from search.words import asked

#: The highest goal; PostgreSQL's integer would hold more, a wall would not.
HIGHEST_GOAL = 10_000_000


def licence_choices() -> list[tuple[str, str]]:
    """Each licence with what it means for whoever contributes."""
    return [(licence.spdx, f"{licence.spdx}: {licence.meaning}") for licence in LICENCES]


class BasicsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a project says about itself; used to open one and to change it."""

    goal = forms.IntegerField(
        label=_("Goal"),
        required=False,
        min_value=1,
        max_value=HIGHEST_GOAL,
        help_text=_("How many datapoints you hope for. Empty: no goal."),
    )
    licence = forms.ChoiceField(
        label=_("Licence of the data"), choices=licence_choices, initial=LICENCES[0].spdx
    )

    class Meta:
        model = Project
        fields = ["name", "pitch", "description", "goal", "task", "licence", "visibility"]
        help_texts = {
            "name": _("At most 60 characters. The address is made from it and stays."),
            "pitch": _("One sentence that says what people add and why."),
            "description": _("Markdown. Say what counts as a good datapoint."),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 8})}

    def basics(self) -> dict[str, Any]:
        """The cleaned values as ``create_project`` takes them."""
        return dict(self.cleaned_data)

    def _post_clean(self) -> None:
        # The services write; a ModelForm would change the project it was shown with.
        pass


class SettingsForm(BasicsForm):
    """Changes a project. Its task stays; licence and visibility are the owner's."""

    class Meta(BasicsForm.Meta):
        fields = ["name", "pitch", "description", "guidelines", "goal", "licence", "visibility"]
        help_texts = {
            **BasicsForm.Meta.help_texts,
            "name": _("At most 60 characters. The address stays as it is."),
            "description": _("Markdown. What it is about, where the data comes from, what for."),
            "guidelines": _(
                "Markdown. What counts as a good datapoint, and what to leave out: everybody "
                "who adds one reads this."
            ),
            "visibility": _(
                "A project can be listed once it shows everything on its list above; it can "
                "always go back to unlisted."
            ),
        }
        widgets = {
            **BasicsForm.Meta.widgets,
            "guidelines": forms.Textarea(attrs={"rows": 6}),
        }

    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("Up to five words under which people find it, with commas between them."),
    )

    def __init__(self, *args: Any, owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["tags"].initial = written(self.instance)
        if not owner:
            for name in ("licence", "visibility"):
                # A disabled field keeps the project's value, whatever is sent.
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Only an owner can change this.")


class InvitationForm(forms.Form):
    """What an invitation link makes of whoever follows it, and how often it works."""

    role = forms.TypedChoiceField(
        label=_("Whoever follows the link becomes"),
        coerce=int,
        choices=[
            (int(role), role.label) for role in (Membership.Role.MEMBER, Membership.Role.MAINTAINER)
        ],
    )
    uses = forms.IntegerField(
        label=_("How often it works"), min_value=1, max_value=INVITATION_USES, initial=1
    )

    def __init__(self, *args: Any, owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not owner:
            role = self.fields["role"]
            assert isinstance(role, forms.TypedChoiceField)
            role.choices = [(int(Membership.Role.MEMBER), Membership.Role.MEMBER.label)]


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=int, choices=Membership.Role.choices)


class ListForm(forms.Form):
    """What to look for in the list of projects, read from its address.

    A part that makes no sense counts as left out: an address is no form to be corrected.
    """

    q = forms.CharField(label=_("Words"), required=False)
    tag = forms.CharField(label=_("Tag"), required=False, max_length=30)
    task = forms.ChoiceField(
        label=_("Task"),
        required=False,
        choices=[
            ("", _("any task")),
            (Project.Task.CLASSIFICATION, _("classification")),
            (Project.Task.REGRESSION, _("regression")),
        ],
    )
    licence = forms.ChoiceField(
        label=_("Licence"),
        required=False,
        choices=[("", _("any licence")), *((one.spdx, one.spdx) for one in LICENCES)],
    )
    show = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("everybody's")), (MINE, _("mine")), (FOLLOWED, _("followed"))],
    )
    needs = forms.ChoiceField(
        label=_("Data"),
        required=False,
        choices=[("", _("all")), ("data", _("that need data"))],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("newest")), (TRENDING, _("trending")), (DATA, _("most data"))],
    )

    def __init__(self, *args: Any, member: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not member:
            del self.fields["show"]
        self.full_clean()

    def wish(self) -> Wish:
        """What was asked for."""
        wish = Wish(**{name: self.cleaned_data.get(name, "") for name in self.fields})
        return wish._replace(q=asked(wish.q).text, tag=wish.tag.lower())
