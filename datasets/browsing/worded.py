"""Short texts: one asks for a beginning or a part; common texts are counted."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Expression, F
from django.db.models.lookups import Exact, IContains, IStartsWith
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import readable
from datasets.browsing.base import CLASSES, Bar, Browsing, Operator, Summary

#: Characters that a filter of texts takes.
ASKED = 100
#: Up to so many different texts are counted one by one.
FEW = 200


class Worded(Browsing):
    """Texts."""

    sortable = True
    indexable = True
    form = "words"

    def operators(self) -> dict[str, Operator]:
        return {
            "contains": Operator(
                self._part, IContains, lambda text: _("%(field)s contains “%(value)s”")
            ),
            "starts": Operator(
                self._part, IStartsWith, lambda text: _("%(field)s starts with “%(value)s”")
            ),
            "is": Operator(self.place, Exact, lambda text: _("%(field)s is “%(value)s”")),
            **super().operators(),
        }

    def _part(self, text: str) -> str:
        if len(text) > ASKED:
            sentence = _("%(field)s: a filter has at most %(limit)s characters.")
            raise self.type.bad(sentence, text, limit=ASKED)
        return str(self.place(text))

    def place_text(self, stored: Any) -> str:
        return str(stored)

    def place(self, text: str) -> Any:
        return self.type.to_storage(self.free().type.check(text))

    def sampled(self, column: str) -> Expression | F:
        return F(column)

    def as_sampled(self, stored: Any) -> Any:
        return stored

    def summarise(self, values: Sequence[Any]) -> dict[str, Any]:
        known = [str(value) for value in values if value is not None]
        counted = Counter(known)
        common = counted.most_common(CLASSES) if len(counted) <= FEW else []
        return {
            "rows": len(values),
            "missing": len(values) - len(known),
            "distinct": len(counted),
            "texts": [[text, count] for text, count in common if count > 1],
            "rest": len(known) - sum(count for _text, count in common if count > 1),
        }

    def bars(self, summary: Summary) -> list[Bar]:
        bars = [Bar(text, count, {"is": text}) for text, count in summary["texts"]]
        if bars and summary["rest"]:
            bars.append(Bar(_("all others"), summary["rest"], {}))
        return bars

    def words_of(self, summary: Summary) -> str:
        count = summary["distinct"]
        words = ngettext("%(count)s different text", "%(count)s different texts", count)
        return words % {"count": readable(count)}
