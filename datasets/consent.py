"""What a contributor agrees to: the text's version is kept with each contribution."""

from django.utils.translation import gettext as _

from projects.licences import licence_named
from projects.models import Project

#: Goes up whenever the meaning of ``text_of`` changes; then everybody is asked again.
VERSION = 1


def text_of(project: Project) -> str:
    """The sentence that a first contributor ticks."""
    licence = licence_named(project.licence)
    return _(
        "My datapoints here are mine to give and become part of this project's data under "
        "%(licence)s: %(meaning)s."
    ) % {"licence": licence.spdx, "meaning": licence.meaning}
