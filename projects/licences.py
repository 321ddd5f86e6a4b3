"""The licences that a project may choose for its data, by SPDX identifier."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Licence(NamedTuple):
    """One licence and what it means for a contributor, in a sentence.

    ``plain`` says to whoever opens a project when to choose it.
    """

    spdx: str
    meaning: str | Promise
    address: str
    plain: str | Promise


LICENCES = (
    Licence(
        "CC0-1.0",
        _("anybody may use the data for anything, without asking or naming anybody"),
        "https://creativecommons.org/publicdomain/zero/1.0/",
        _("Give it away: anybody may use the data for anything and need not even name you."),
    ),
    Licence(
        "CC-BY-4.0",
        _("anybody may use the data for anything and must name the project"),
        "https://creativecommons.org/licenses/by/4.0/",
        _("Free to use, if this project is named. The usual choice of researchers."),
    ),
    Licence(
        "CC-BY-SA-4.0",
        _("as CC BY, and what is made from the data must carry the same licence"),
        "https://creativecommons.org/licenses/by-sa/4.0/",
        _("Free to use, if this project is named and what is made of it stays as free."),
    ),
    Licence(
        "ODbL-1.0",
        _("anybody may use the database, must name it and share changed databases alike"),
        "https://opendatacommons.org/licenses/odbl/1-0/",
        _("The same for databases: whoever changes it and publishes it must share the changes."),
    ),
    Licence(
        "CDLA-Permissive-2.0",
        _("anybody may use the data for anything; this text must travel with it"),
        "https://cdla.dev/permissive-2-0/",
        _("Free to use, also inside of products; only this licence's text must go along."),
    ),
)
LICENCE_CHOICES = [(licence.spdx, licence.spdx) for licence in LICENCES]


#: How much each leaves free; licences with the same number ask for different things.
FREEDOM = {
    "CC0-1.0": 3,
    "CDLA-Permissive-2.0": 2,
    "CC-BY-4.0": 1,
    "CC-BY-SA-4.0": 0,
    "ODbL-1.0": 0,
}


def may_follow(before: str, after: str) -> bool:
    """Whether a project may change its licence so: people gave their data under the stricter one.

    New rows come under the new licence; the ones before keep theirs.
    """
    return before == after or FREEDOM[after] > FREEDOM[before]


def licence_named(spdx: str) -> Licence:
    """The licence with that identifier.

    Raises:
        KeyError: there is none.
    """
    for licence in LICENCES:
        if licence.spdx == spdx:
            return licence
    raise KeyError(spdx)
